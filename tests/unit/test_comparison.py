"""Peers on the same data: equal in size, measured alike, kept when they are done."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.cli import main
from rnndemo.comparison import networks, run
from rnndemo.comparison.answerers import NetworkAnswerer, load_answerers, occlusion
from rnndemo.comparison.classical import BUILDERS
from rnndemo.comparison.join import join
from rnndemo.comparison.measure import answers_of, difference, every, interval, latency, robustness
from rnndemo.comparison.peers import PEERS, TOLERANCE, WEIGHTS
from rnndemo.comparison.results import COMPARISON, KINDS, NAME, load
from rnndemo.comparison.run import command_of, compare, config_of, prepare
from rnndemo.comparison.summary import READERS, WORDS, spoken, summary
from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.evaluation.corruptions import CORRUPTIONS
from rnndemo.evaluation.report import wilson_interval
from rnndemo.files import locked
from rnndemo.models.build import build_network
from tests import comparisons

NETWORKS = {name: peer for name, peer in PEERS.items() if isinstance(peer.model, ModelConfig)}
CHEAP = ("lstm", "cnn-time", "svm")


class Bar:
    """Answers 1 as surely as the pixel in the middle is bright, else 0."""

    classes = ("dark", "bright")

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        _, height, width = images.shape
        bright = images[:, height // 2, width // 2] / 255
        return np.stack([1 - bright, bright], 1)


# --- the table of peers -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_all_networks_have_about_as_many_weights(name) -> None:
    network = build_network(RunConfig(model=NETWORKS[name].model), (28, 28), 10)
    assert abs(network.count_parameters() / WEIGHTS - 1) <= TOLERANCE


def test_peers_are_named_and_known() -> None:
    for name, peer in PEERS.items():
        assert NAME.fullmatch(name)
        assert peer.kind in KINDS
        assert isinstance(peer.model, ModelConfig) or peer.model in BUILDERS
        assert not peer.time_of or list(PEERS).index(peer.time_of) < list(PEERS).index(name)
    assert set(READERS) < set(PEERS)
    assert list(WORDS) == list(CORRUPTIONS)


@pytest.mark.parametrize("name", ["lstm", "renet", "cnn", "mlp"])
def test_on_photographs_the_width_is_another_and_the_weights_as_many(name) -> None:
    about = comparisons.about(image_size=(64, 64), classes=("a", "b", "c"))
    model = networks.sized(PEERS[name].model, about)
    count = build_network(RunConfig(model=model), (64, 64), 3).count_parameters()
    assert abs(count / WEIGHTS - 1) <= 0.1  # a width is a whole number


def test_one_budget_for_all() -> None:
    about = comparisons.about()
    configs = [config_of(peer, peer.model, about) for peer in NETWORKS.values()]
    same = {replace(one.training, lr=1.0) for one in configs}
    assert (
        len(same) == len({one.data for one in configs}) == len({one.seed for one in configs}) == 1
    )
    timed = config_of(PEERS["cnn-time"], PEERS["cnn-time"].model, about, 7.5)
    assert (timed.training.seconds, timed.training.epochs) == (7.5, run.MOST_EPOCHS)


# --- measuring --------------------------------------------------------------------------------


def test_answers_are_the_likeliest_classes() -> None:
    images = np.zeros((2500, 4, 4), np.uint8)
    images[::3, 2, 2] = 200
    answers = answers_of(Bar(), images)
    np.testing.assert_array_equal(answers, (images[:, 2, 2] > 0).astype(np.uint8))
    assert answers.dtype == np.uint8


def test_robustness_begins_with_the_pictures_as_they_are() -> None:
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 13:16, 13:16] = 255
    found = robustness(Bar(), images, np.ones(40), {"shift": (0, 1, 6), "rows": (0, 28)})
    assert found == {"shift": (1.0, 1.0, 0.0), "rows": (1.0, 0.0)}


def test_every_takes_pictures_evenly() -> None:
    assert every(np.arange(10_000)).tolist() == list(range(0, 10_000, 5))
    assert every(np.arange(30)).tolist() == list(range(30))


def test_latency_is_that_of_one_picture(monkeypatch) -> None:
    class Asked(Bar):
        shapes: list[tuple[int, ...]] = []  # noqa: RUF012

        def probabilities(self, images):
            self.shapes.append(images.shape)
            return super().probabilities(images)

    assert 0 < latency(Asked(), np.zeros((3, 4, 4), np.uint8)) < 0.1
    assert set(Asked.shapes) == {(1, 4, 4)}


def test_interval_of_one_training_is_that_of_its_test_part() -> None:
    mean, low, high = interval([0.97], 1000)
    assert (mean, (low, high)) == (0.97, pytest.approx(wilson_interval(970, 1000)))


def test_seeds_that_differ_widen_the_interval() -> None:
    mean, low, high = interval([0.96, 0.97, 0.98], 1000)
    below, above = wilson_interval(970, 1000)
    luck = 4.3027 * 0.01 / math.sqrt(3)  # Student's t for three
    assert mean == pytest.approx(0.97)
    assert mean - low == pytest.approx(math.hypot(mean - below, luck), rel=1e-4)
    assert high - mean == pytest.approx(math.hypot(above - mean, luck), rel=1e-4)
    assert interval([1.0, 1.0], 50)[2] == 1


def test_a_difference_counts_the_pictures_that_one_alone_gets_right() -> None:
    one = comparisons.comparison(("lstm", "cnn"), 1000)
    answers = {name: one.labels.copy() for name in ("lstm", "cnn")}
    answers["lstm"][:30] = (answers["lstm"][:30] + 1) % 10
    answers["cnn"][20:40] = (answers["cnn"][20:40] + 1) % 10
    rows = tuple(
        replace(row, accuracy=accuracy, accuracies=(accuracy,))
        for row, accuracy in zip(one.rows, (0.97, 0.98), strict=True)
    )
    gap, low, high = difference(replace(one, answers=answers, rows=rows), "lstm", "cnn")
    assert gap == pytest.approx(-0.01)
    spread = math.sqrt((20 + 10) / 1000 - 0.01**2)  # 20 for one alone, 10 for the other
    assert (high - low) / 2 == pytest.approx(1.96 * spread / math.sqrt(1000), rel=1e-3)


def test_occlusion_finds_the_place_that_matters() -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[14, 14] = 255
    seen = occlusion(Bar(), picture)
    assert seen.shape == (28, 28)
    assert seen.max() == seen[14, 14] == 1  # covered, all certainty is gone
    far = np.hypot(*np.mgrid[-14:14, -14:14]) > 7
    assert (seen[far] == 0).all()


@pytest.mark.parametrize("size", [(28, 28), (64, 64), (9, 13), (3, 3)])
def test_occlusion_reaches_every_pixel(size) -> None:
    assert np.isfinite(occlusion(Bar(), np.full(size, 7, np.uint8))).all()


# --- in words ---------------------------------------------------------------------------------


def with_errors(**errors: int):
    """Return a comparison of 10,000 pictures on which these peers err so often, on others each."""
    one, at, answers, rows = comparisons.comparison(tuple(errors), 10_000), 0, {}, []
    for row in one.rows:
        answers[row.name] = one.labels.copy()
        wrong = slice(at, at := at + errors[row.name])
        answers[row.name][wrong] = (one.labels[wrong] + 1) % 10
        accuracy = 1 - errors[row.name] / 10_000
        rows.append(replace(row, accuracies=(accuracy,), accuracy=accuracy))
    return replace(one, answers=answers, rows=tuple(rows))


@pytest.mark.parametrize(
    ("lstm", "cnn", "verdict"),
    [(50, 100, "CNNs holds"), (100, 50, "does not hold"), (100, 101, "is not borne out")],
)
def test_the_claim_holds_or_not_as_the_figures_fall(lstm, cnn, verdict) -> None:
    text = spoken(with_errors(lstm=lstm, cnn=cnn))
    assert verdict in text
    assert sum(f in text for f in ("CNNs holds", "does not hold", "is not borne out")) == 1
    assert f"{1 - lstm / 10_000:.2%}" in text


@pytest.mark.parametrize(
    ("brief", "verdict"),
    [(300, "equal time the LSTM is"), (10, "time too the CNN"), (100, "neither is better")],
)
def test_equal_time_is_judged_by_itself(brief, verdict) -> None:
    assert verdict in spoken(with_errors(**{"lstm": 100, "cnn": 50, "cnn-time": brief}))


@pytest.mark.parametrize(
    ("renet", "verdict"), [(10, "better than the CNN"), (300, "worse than"), (100, "no different")]
)
def test_renet_is_judged_by_itself(renet, verdict) -> None:
    assert verdict in spoken(with_errors(lstm=200, cnn=100, renet=renet))


def test_worse_pictures_may_divide_them() -> None:
    one = with_errors(lstm=100, cnn=100)
    lstm = replace(one.rows[0], robustness={"shift": (1, 0.9), "noise": (1, 0.5)})
    cnn = replace(one.rows[1], robustness={"shift": (1, 0.5), "noise": (1, 0.9)})
    text = spoken(replace(one, rows=(lstm, cnn)))
    assert (
        "LSTM keeps more right answers where they are shifted, the CNN where they are noisy" in text
    )
    assert "equally well" in spoken(replace(one, rows=(lstm, replace(lstm, name="cnn"))))


def test_without_both_there_is_nothing_to_say() -> None:
    for names in ((), ("svm",), ("cnn",), ("lstm", "svm")):
        assert len(summary(comparisons.comparison(names))) == 1


def test_values_that_are_texts_are_translated() -> None:
    text = spoken(
        comparisons.comparison(), lambda key: key.replace("GRU", "门控").replace("LSTM", "记忆")
    )
    assert "LSTM" not in text
    assert "记忆" in text


# --- a comparison from its beginning to its end -----------------------------------------------


@pytest.fixture(scope="module")
def small(digits: DataSet, tmp_path_factory) -> str:
    """A file of few digits, as a data set."""
    path = tmp_path_factory.mktemp("data") / "few.npz"
    np.savez(
        path, images=digits.train.images[:360].numpy(), labels=digits.train.labels[:360].numpy(),
    )  # fmt: skip
    return f"npz:{path}"


@pytest.fixture(scope="module")
def compared(small: str, tmp_path_factory):
    """A folder in which cheap peers were compared."""
    folder = tmp_path_factory.mktemp("compared") / "out"
    about = prepare(small, 2, 2, "a command")
    about = replace(about, levels={"shift": (0, 2)})
    heard = []
    compare(folder, about, CHEAP, heard.append)
    assert [row.name for row in heard] == list(CHEAP)
    return folder, about


def test_what_was_measured_is_on_disk(compared) -> None:
    folder, about = compared
    found = load(folder)
    assert [row.name for row in found.rows] == list(CHEAP)
    assert found.about.machine
    assert replace(found.about, machine="", date="") == about
    assert not list((folder / "runs").iterdir())
    lstm, brief, svm = found.rows
    assert len(lstm.accuracies) == len(brief.accuracies) == 2
    assert len(svm.accuracies) == 1
    for row in found.rows:
        right = float((found.answers[row.name] == found.labels).mean())
        assert row.accuracies[0] == pytest.approx(right)  # the first seed answers
        assert row.low <= row.accuracy <= row.high
        assert row.robustness["shift"][0] == pytest.approx(right)
        assert min(row.latency, row.bytes, row.flops, row.parameters) > 0
    assert lstm.parameters == 82_186
    assert brief.train_seconds == pytest.approx(lstm.train_seconds, rel=0.5, abs=0.3)


def test_peers_answer_from_their_folder_as_they_did(compared) -> None:
    folder, about = compared
    found, peers = load(folder), load_answerers(folder)
    images = run.load_data(about.data).test.images.numpy()
    assert list(peers) == list(CHEAP)
    for name, answerer in peers.items():
        np.testing.assert_array_equal(answers_of(answerer, images), found.answers[name])
    with pytest.raises(KeyError):
        peers["another"]


def test_again_it_goes_on_with_what_is_missing(compared, tmp_path) -> None:
    folder, about = compared
    before = (folder / "peers" / "lstm" / "model.safetensors").stat().st_mtime_ns
    heard = []
    found = compare(folder, about, ("knn", "lstm"), heard.append)
    assert [row.name for row in heard] == ["knn"]
    assert [row.name for row in found.rows] == ["lstm", "cnn-time", "knn", "svm"]
    assert (folder / "peers" / "lstm" / "model.safetensors").stat().st_mtime_ns == before
    images = run.load_data(about.data).test.images.numpy()
    answers = answers_of(load_answerers(folder)["knn"], images)
    np.testing.assert_array_equal(answers, found.answers["knn"])


def test_another_budget_needs_another_folder(compared) -> None:
    folder, about = compared
    with pytest.raises(InputError, match="name another folder"):
        compare(folder, replace(about, epochs=3), ("svm",))


def test_one_process_compares_at_a_time(compared) -> None:
    folder, about = compared
    with locked(folder / run.LOCK), pytest.raises(InputError, match="Another process"):
        compare(folder, about, ("svm",))


def test_own_runs_join(compared, tiny) -> None:
    folder, _ = compared
    found = load(folder)
    row, answers = join(found, tiny)
    assert (row.kind, row.name) == ("own", "tiny")
    assert row.accuracy == pytest.approx(float((answers == found.labels).mean()))
    assert row.parameters == tiny.network.count_parameters()
    assert [len(shares) for shares in row.robustness.values()] == [2]
    with pytest.raises(InputError, match="cannot stand side by side"):
        join(found, replace(tiny, classes=("a", "b")))


def test_data_that_have_changed_are_told_of(compared, tiny) -> None:
    found = load(compared[0])
    other = replace(found, about=replace(found.about, data_sha256="1" * 64))
    with pytest.raises(InputError, match="have changed"):
        join(other, tiny)


def test_a_network_answerer_is_its_model(tiny, few_digits) -> None:
    images = few_digits.test.images[:50].numpy()
    shares = NetworkAnswerer(tiny).probabilities(images)
    assert shares.shape == (50, 10)
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-6)


def test_stopped_in_a_training_it_goes_on_with_the_next_seed(small, tmp_path, monkeypatch) -> None:
    about = replace(prepare(small, 2, 2), levels={})
    begun = []
    stopped = compare(
        tmp_path / "out", about, ("lstm",), should_stop=lambda: len(begun) == 2,
        on_training=lambda name, seed: begun.append(seed),
    )  # fmt: skip
    assert (stopped.rows, begun) == ((), [0, 1])
    assert not (tmp_path / "out" / COMPARISON).exists()
    trained = []
    monkeypatch.setattr(
        networks, "train", lambda task, *rest: trained.append(task) or real(task, *rest)
    )
    found = compare(tmp_path / "out", about, ("lstm",))
    assert [task.config.seed for task in trained] == [1]  # the first is there
    assert [row.name for row in found.rows] == ["lstm"]


real = networks.train


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epochs": 0}, "epochs = 0"),
        ({"seeds": 11}, "seeds = 11"),
        ({"spec": "nothing"}, "no data set named"),
        ({"spec": "gestures-strokes"}, "compared on pictures"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, message, small) -> None:
    with pytest.raises(InputError, match=message):
        prepare(**{"spec": small, **given})


def test_few_pictures_are_seen_more_often(small) -> None:
    about = prepare(small)
    assert about.epochs == run.MOST_SMALL_EPOCHS
    assert about.batch_size == run.SMALL_BATCH
    assert about.epochs * about.train_size < run.SEEN
    assert comparisons.about().epochs == run.EPOCHS


# --- the command ------------------------------------------------------------------------------


def test_the_command_measures_and_prints(small, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    words = ["compare", "--data", small, "--peers", "svm", "--seeds", "1", "--out", str(out)]
    assert main([*words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row["name"] for row in printed["peers"]] == ["svm"]
    assert printed["about"]["command"] == command_of(small, ["svm"], None, 1, str(out))
    assert main(words) == 0
    shown = capsys.readouterr()
    assert "Linear SVM" in shown.out
    assert "…" not in shown.err  # nothing was measured again


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--peers", "forest"], "no peer 'forest'"),
        (["--epochs", "0"], "epochs = 0"),
        (["--data", "nothing"], "no data set named"),
    ],
)
def test_bad_words_are_one_line(words, message, tmp_path, capsys) -> None:
    assert main(["compare", *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_a_folder_of_other_things_stays_as_it_is(tmp_path, capsys) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    assert main(["compare", "--peers", "svm", "--out", str(tmp_path)]) == 2
    assert "holds other things" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_ctrl_c_says_how_it_goes_on(small, tmp_path, capsys, monkeypatch) -> None:
    from rnndemo.comparison import command

    class Pressed:
        def __enter__(self):
            return lambda: True

        def __exit__(self, *problem):
            return None

    monkeypatch.setattr(command, "pressed_keys", Pressed)
    out = str(tmp_path / "out")
    assert main(["compare", "--data", small, "--peers", "svm", "--out", out]) == 130
    assert f"To go on: {command_of(small, ['svm'], None, 3, out)}" in capsys.readouterr().err


def test_threads_are_those_of_a_training(compared) -> None:
    assert torch.get_num_threads() == 1
