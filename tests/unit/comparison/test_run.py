"""Compare peers: equal in size, measured alike, stored when they are finished."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from rnndemo.cli.main import main
from rnndemo.comparison import networks, run
from rnndemo.comparison.answerers import NetworkAnswerer, load_answerers
from rnndemo.comparison.classical.kinds import CLASSICAL
from rnndemo.comparison.measure import answers_of
from rnndemo.comparison.peers import PEERS, TOLERANCE, WEIGHTS
from rnndemo.comparison.results import COMPARISON, KINDS, NAME, load
from rnndemo.comparison.run import command_of, compare, prepare
from rnndemo.comparison.summary import READERS
from rnndemo.comparison.work import MAX_EPOCHS, config_of, join
from rnndemo.config import ModelConfig, RunConfig
from rnndemo.data.load import load as load_data
from rnndemo.data.own.shelf import OwnSets
from rnndemo.data.sets import DataSet
from rnndemo.errors import InputError
from rnndemo.models.build import build_network
from rnndemo.storage.folders import HOME, owner_of
from rnndemo.storage.locks import locked
from rnndemo.training.trainer import Trainer
from tests import comparisons
from tests.own import photographed_set
from tests.small import TINY

NETWORKS = {name: peer for name, peer in PEERS.items() if isinstance(peer.model, ModelConfig)}
CHEAP = ("lstm", "cnn-time", "svm")


# --- the table of peers -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_all_networks_have_about_as_many_weights(name) -> None:
    network = build_network(RunConfig(model=NETWORKS[name].model), (28, 28), 10)
    assert abs(network.count_parameters() / WEIGHTS - 1) <= TOLERANCE


def test_peers_are_named_and_known() -> None:
    for name, peer in PEERS.items():
        assert NAME.fullmatch(name)
        assert peer.kind in KINDS
        assert isinstance(peer.model, ModelConfig) or peer.model in CLASSICAL
        assert not peer.time_of or list(PEERS).index(peer.time_of) < list(PEERS).index(name)
    assert set(READERS) < set(PEERS)


@pytest.mark.parametrize("name", ["lstm", "renet", "cnn", "mlp"])
def test_on_photographs_the_width_differs_and_the_weights_do_not(name) -> None:
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
    assert (timed.training.seconds, timed.training.epochs) == (7.5, MAX_EPOCHS)


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
    received = []
    compare(folder, about, CHEAP, received.append)
    assert [row.name for row in received] == list(CHEAP)
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
    validation = load_data(about.data).validation
    for name, answerer in load_answerers(folder).items():
        right = answers_of(answerer, validation.images.numpy()) == validation.labels.numpy()
        assert found.row(name).validation_accuracy == pytest.approx(right.mean())
    assert lstm.parameters == 82_186
    assert brief.train_seconds == pytest.approx(lstm.train_seconds, rel=0.5, abs=0.3)


def test_peers_answer_from_their_folder_as_they_did(compared) -> None:
    folder, about = compared
    found, peers = load(folder), load_answerers(folder)
    images = load_data(about.data).test.images.numpy()
    assert list(peers) == list(CHEAP)
    for name, answerer in peers.items():
        np.testing.assert_array_equal(answers_of(answerer, images), found.answers[name])
    with pytest.raises(KeyError):
        peers["another"]


def test_a_second_call_measures_what_is_missing(compared, tmp_path) -> None:
    folder, about = compared
    before = (folder / "peers" / "lstm" / "model.safetensors").stat().st_mtime_ns
    received = []
    found = compare(folder, about, ("knn", "lstm"), received.append)
    assert [row.name for row in received] == ["knn"]
    assert [row.name for row in found.rows] == ["lstm", "cnn-time", "knn", "svm"]
    assert (folder / "peers" / "lstm" / "model.safetensors").stat().st_mtime_ns == before
    images = load_data(about.data).test.images.numpy()
    answers = answers_of(load_answerers(folder)["knn"], images)
    np.testing.assert_array_equal(answers, found.answers["knn"])


def test_more_seeds_are_added(compared, monkeypatch) -> None:
    folder, about = compared
    before, trained = load(folder).row("lstm"), []
    monkeypatch.setattr(
        networks, "_train", lambda run, *rest: trained.append(run.name) or real(run, *rest)
    )
    more = replace(about, seeds=(0, 1, 2))
    found = compare(folder, more, ("lstm",))
    row = found.row("lstm")
    assert trained == ["lstm-2"]
    assert row.accuracies[:2] == before.accuracies
    assert row.accuracy == pytest.approx(np.mean(row.accuracies))
    assert load(folder).about.seeds == (0, 1, 2)
    assert compare(folder, about, ("lstm",)).row("lstm") == row  # fewer are enough


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
    assert (row.train_size, row.train_data) == (tiny.config.data.train_size, tiny.card.data)
    same = replace(tiny, card=replace(tiny.card, data_sha256=found.about.data_sha256))
    assert join(found, same)[0].train_data == ""
    assert [len(shares) for shares in row.robustness.values()] == [2]
    with pytest.raises(InputError, match="cannot be compared"):
        join(found, replace(tiny, classes=("a", "b")))


def test_changed_data_are_reported(compared, tiny) -> None:
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
        networks, "_train", lambda run, *rest: trained.append(run.name) or real(run, *rest)
    )
    found = compare(tmp_path / "out", about, ("lstm",))
    assert trained == ["lstm-1"]  # the first is there
    assert [row.name for row in found.rows] == ["lstm"]


real = networks._train


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"epochs": 0}, "epochs = 0"),
        ({"seeds": 11}, "seeds = 11"),
        ({"spec": "nothing"}, "no data set named"),
        ({"spec": "gestures-strokes"}, "a comparison needs pictures of at least two"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, message, small) -> None:
    with pytest.raises(InputError, match=message):
        prepare(**{"spec": small, **given})


def test_own_photographs_are_compared(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    stored = photographed_set(OwnSets(owner_of("me")))
    about = replace(prepare(stored.spec, 1, 1), levels={"rotation": (0, 30)})
    assert (about.frame, about.image_size, about.augmentation) == ("photo", (64, 64), "photo")
    found = compare(tmp_path / "out", about, ("mlp", "knn", "svm", "hog-svm"))
    assert [row.name for row in found.rows] == ["mlp", "knn", "svm", "hog-svm"]
    assert abs(found.rows[0].parameters / WEIGHTS - 1) <= 2 * TOLERANCE
    assert list(load_answerers(tmp_path / "out")["knn"].classes) == ["open", "closed"]


def test_few_pictures_get_more_epochs(small) -> None:
    about = prepare(small)
    assert about.epochs == run.MAX_SMALL_EPOCHS
    assert about.batch_size == run.SMALL_BATCH
    assert about.epochs * about.train_size < run.MIN_SEEN
    assert comparisons.about().epochs == run.EPOCHS


def test_seconds_are_those_of_the_given_clock(few_digits) -> None:
    trainer = Trainer(TINY, few_digits)
    trainer.clock = iter((5.0, 7.5, 9.0, 9.5)).__next__
    trainer.advance()
    assert trainer.advance().seconds == 3.0


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
        (["--peers", "forest"], "no method 'forest'"),
        (["--epochs", "0"], "epochs = 0"),
        (["--data", "nothing"], "no data set named"),
    ],
)
def test_invalid_options_are_reported_in_one_line(words, message, tmp_path, capsys) -> None:
    assert main(["compare", *words, "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_a_folder_of_other_things_stays_as_it_is(tmp_path, capsys) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    assert main(["compare", "--peers", "svm", "--out", str(tmp_path)]) == 2
    assert "already contains other files" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_ctrl_c_says_how_it_goes_on(small, tmp_path, capsys, monkeypatch) -> None:
    from rnndemo.cli import compare as command

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
