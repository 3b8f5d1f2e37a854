"""What an earlier version has written opens, and says what it said: see `tests/written`."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from rnndemo import codec
from rnndemo.comparison.answerers import load_answerers
from rnndemo.comparison.jobs import ComparisonJobs, ComparisonRequest
from rnndemo.comparison.results import load as load_comparison
from rnndemo.data.load import load as load_data
from rnndemo.data.own.shelf import OwnSets
from rnndemo.errors import InputError
from rnndemo.evaluation.examination import TestReport
from rnndemo.models.build import reader
from rnndemo.models.store import load_folder
from rnndemo.reading.answers import answer
from rnndemo.reading.traces import Trace, trace
from rnndemo.storage.folders import owner_of
from rnndemo.storage.log import EventReader
from rnndemo.storage.names import CONTROLS, REPORT
from rnndemo.sweeps.records import folder_of
from rnndemo.sweeps.space import Choices, Fixed
from rnndemo.sweeps.studies import Studies
from rnndemo.training.checkpoint import load_checkpoint
from rnndemo.training.engine import digest
from rnndemo.training.history import History
from rnndemo.training.runs import Run, Runs
from rnndemo.training.trainer import Trainer

WRITTEN = Path(__file__).parents[1] / "written"
ME = owner_of("me")
# what is in `WRITTEN` -> its kind, and the random name of its folder
NAMES = {
    "run": ("runs", "915489f89bf151473e87"),
    "study": ("studies", "1e3251baf89223f136ba"),
    "comparison": ("comparisons", "fdb9028546305a760da6"),
    "set-drawings": ("sets", "5bfc95d174177a1e5356"),
    "set-photos": ("sets", "06d8482b72bc05256227"),
}
DRAWINGS = f"set:{NAMES['set-drawings'][1]}"
RATES = (0.03, 0.01, 0.1, 10.0, 1e-6)


@pytest.fixture(autouse=True)
def run(data_folder: Path) -> Run:
    """Lay all that was written into the data folder, as a visitor's; return the run."""
    for name, (kind, folder) in NAMES.items():
        shutil.copytree(WRITTEN / name, data_folder / kind / ME / folder)
    return Runs(ME).find(NAMES["run"][1])


def test_run_is_listed_with_its_settings_and_its_end(run: Run) -> None:
    assert [one.name for one in Runs(ME).all()] == [run.name]
    data, model, training = run.config.data, run.config.model, run.config.training
    assert (data.name, data.train_size, data.scan, run.config.seed) == ("digits", 800, "rows", 7)
    assert (model.cell, model.hidden_size, model.head_sizes) == ("lstm", 8, (12,))
    assert (training.optimizer, training.lr, training.ema_decay) == ("adamw", 0.02, 0.8)
    notes = "Notes of two lines:\nsteered, and made longer. ✓"
    made = 1795784761.5313876
    assert run.about == {"title": "A tiny LSTM", "notes": notes, "beside": "", "made": made}
    state, requests = run.state, EventReader(run.folder / CONTROLS).new()
    assert (state.status, state.step, state.steps, state.test_size) == ("done", 160, 160, 10_000)
    assert (state.test_accuracy, state.test_low) == pytest.approx((0.3873, 0.37780), abs=1e-5)
    assert [request["kind"] for request in requests] == ["hold", "lr", "go", "epochs"]


def test_history_of_the_run(run: Run) -> None:
    history = History(run.folder).update()
    assert (history.start["weights"], history.start["parameters"]) == ("f77d90d8", 1454)
    assert [event["lr"] for event in history.rates] == [0.03]
    assert history.series("tests", "test_accuracy") == ([80, 160], [0.3094, 0.3873])
    assert history.series("steps", "loss")[1][-1] == pytest.approx(1.74040, abs=1e-5)
    last = history.frames[-1]
    assert (last.answer, last.odds, last.values.shape) == ("3", 0.21502, (28, 8))
    assert (len(history.frames), int(last.values.sum())) == (4, 1865)
    assert (len(history.validation), len(history.gradients), history.damaged) == (4, 2, 0)


def test_report_of_the_run(run: Run) -> None:
    tested = TestReport.load(run.folder / REPORT)
    assert (tested.report.n, tested.report.accuracy) == (10_000, pytest.approx(0.3873))
    assert (tested.mistakes[:2].tolist(), int(tested.rejected.sum())) == ([1250, 3800], 143)
    assert (len(tested.timesteps), tested.readout_accuracy[-1]) == (28, pytest.approx(0.3873))


def test_model_of_the_run_answers_as_it_did(run: Run) -> None:
    model = load_folder(run.folder)
    assert (model.classes, model.image_size, model.frame) == (tuple("0123456789"), (28, 28), "ink")
    assert model.card.config_hash == codec.config_hash(run.config) == "06babc87640d"
    assert (model.card.name, model.card.seed, model.card.parameters) == (run.name, 7, 1454)
    assert model.card.temperature == pytest.approx(0.942216, abs=1e-6)
    given = answer(model, load_data("digits").test.images[0].numpy() / 255)
    assert (given.label, given.probability) == ("7", pytest.approx(0.709802, abs=1e-4))


def test_training_goes_on_where_the_run_stood(run: Run) -> None:
    trainer = Trainer(run.config, load_data("digits"))
    assert load_checkpoint(run.folder, trainer)
    assert (trainer.step, trainer.steps, trainer.lr, trainer.images) == (160, 160, 0.03, 1600)
    assert digest(trainer.saved_model) == digest(load_folder(run.folder).network)
    trainer.go_on(1)
    assert trainer.advance().step == 161


def test_trace_says_what_the_run_sees_today(run: Run) -> None:
    written, model = Trace.load(WRITTEN / "trace.npz"), load_folder(run.folder)
    assert written["readout.probabilities"][0, -1, 7] == pytest.approx(0.695209, abs=1e-5)
    today = trace(
        reader(model.network), torch.from_numpy(written["images"]), model.config.data.scan,
        temperature=model.card.temperature,
    )  # fmt: skip
    assert list(today) == list(written)
    for name in written:
        np.testing.assert_allclose(today[name], written[name], atol=1e-4, err_msg=name)


def test_study_with_its_trials() -> None:
    study = Studies(ME).find(NAMES["study"][1])
    assert [one.name for one in Studies(ME).all()] == [study.name]
    assert study.about == {"title": "Rate and cell", "question": "", "made": 1795784771.414433}
    assert (study.outcome.status, study.running) == ("done", False)
    about, known = study.look()
    space = about.space
    assert (about.study, about.trials, space.base.data.name) == ("sweep-bf688988e2", 5, DRAWINGS)
    assert (space.sampler, space.pruning, space.ahead) == ("grid", True, 1)
    assert dict(space.dimensions) == {
        "training.max_norm": Fixed(0.0), "training.optimizer": Fixed("adam"),
        "model.nonlinearity": Fixed("relu"), "training.lr": Choices(RATES),
    }  # fmt: skip
    results = [one.result for one in known if one.result]
    assert [one.params for one in known] == [{"training.lr": rate} for rate in RATES]
    assert [one.state for one in known] == [*["complete"] * 3, "failed", "pruned"]
    assert [one.validation_accuracy for one in results] == [1.0, 1.0, 0.5, None, 0.5]
    assert [one.test_accuracy for one in results] == [1.0, 1.0, 0.5, None, 0.5]
    assert known[1].stages == {10: 0.75, 25: 0.75, 50: 1.0}
    assert "diverged at step 8" in results[3].reason


@pytest.mark.parametrize(("number", "status"), [(0, "done"), (3, "failed"), (4, "stopped")])
def test_trial_is_a_run_and_can_be_taken_over(number: int, status: str) -> None:
    study = Studies(ME).find(NAMES["study"][1])
    trial = Run(folder_of(study.folder, number))
    assert trial.config == study.look()[0].space.config({"training.lr": RATES[number]})
    assert (trial.state.status, trial.about["title"]) == (status, f"trial {number}")
    assert load_checkpoint(trial.folder, Trainer(trial.config, load_data(DRAWINGS)))
    mine = study.copy_trial(number, Runs(ME), "mine")
    assert (mine.state, mine.config) == (trial.state, trial.config)


def test_comparison_with_its_peers() -> None:
    job = ComparisonJobs(ME).find(NAMES["comparison"][1])
    assert [one.name for one in ComparisonJobs(ME).all()] == [job.name]
    assert replace(job.request, made=0.0) == ComparisonRequest(
        DRAWINGS, ("gru", "cnn", "knn", "svm"), 3, 2
    )
    assert job.outcome.status == "done"
    found = load_comparison(job.folder)
    assert (found.about.classes, found.about.test_size) == (("Häkchen", "roof"), 8)
    assert found.about.levels["noise"] == (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
    assert [(row.name, row.kind, row.accuracies, row.parameters) for row in found.rows] == [
        ("gru", "rnn", (0.5, 1.0), 1538), ("cnn", "picture", (1.0, 0.5), 1448),
        ("knn", "classical", (1.0,), 27475), ("svm", "classical", (1.0,), 1570),
    ]  # fmt: skip
    assert found.rows[3].robustness["shift"] == (1.0, 1.0, 1.0, 0.75, 0.375, 0.0, 0.0)
    assert found.labels.tolist() == [0, 1, 0, 0, 1, 0, 1, 1]
    pictures = load_data(DRAWINGS).test.images.numpy()
    first = {"gru": 0.426530, "cnn": 0.739767, "svm": 0.827211}
    peers = load_answerers(job.folder)
    # the drawings are drawn anew, by a pen that has other edges since: what compares with the
    # pictures themselves says so, and the others answer nearly as before
    with pytest.raises(InputError, match="have changed since this comparison; compare again"):
        peers["knn"]
    for name, before in first.items():
        shares = peers[name].probabilities(pictures)
        assert shares[0, 0] == pytest.approx(before, abs=5e-3)
        assert shares.argmax(1).tolist() == found.answers[name].tolist(), name


@pytest.mark.parametrize(
    ("name", "title", "kind", "counts", "more", "frame", "sizes"),
    [
        ("set-drawings", "Zeichen 記号", "drawn", {"Häkchen": 23, "roof": 24},
         {"Häkchen": 24, "roof": 24, "corner": 3}, "ink", (35, 4, 8)),
        ("set-photos", "my hands", "photographed", {"open": 5, "closed": 6},
         {"open": 6, "closed": 6}, "photo", (7, 2, 2)),
    ],
)  # fmt: skip
def test_set_and_what_was_deleted_from_it(name, title, kind, counts, more, frame, sizes) -> None:
    shelf = OwnSets(ME)
    kept, data = shelf.find(NAMES[name][1]), load_data(f"set:{NAMES[name][1]}")
    assert (kept.content.name, kept.content.kind, len(shelf.all())) == (title, kind, 2)
    assert {one.name: len(one.examples) for one in kept.content.classes} == counts
    assert (data.name, data.classes, data.frame) == (f"set:{title}", tuple(counts), frame)
    assert (len(data.train), len(data.validation), len(data.test)) == sizes
    assert load_data(DRAWINGS, "path").train.images.shape == (35 * 21, 64, 5)  # ways of the pen
    for deletion in reversed(kept.content.deleted):
        kept = shelf.change(kept.id, lambda content, then=deletion.time: content.undone(then + 60))
    assert {one.name: len(one.examples) for one in kept.content.classes} == more
    assert all(kept.read(example) for example in kept.content.examples)
