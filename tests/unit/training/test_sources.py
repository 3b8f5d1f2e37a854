"""What pages train on is offered here: no link, and no run, leads to a path of the server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnndemo import codec
from rnndemo.config import RunConfig
from rnndemo.errors import InputError
from rnndemo.presets import PRESETS
from rnndemo.storage.files import write_json
from rnndemo.storage.names import CONFIG
from rnndemo.sweeps.space import Choices, SearchSpace
from rnndemo.sweeps.studies import Studies, check_offered
from rnndemo.training.runs import Runs
from tests.seeded import SMALL, seeded
from tests.sleepers import Sleeper

pytestmark = pytest.mark.usefixtures("sleepers")

PATHS = ("npz:/dev/zero", "folder:/etc", "set:../..")


def of_scenes(glyphs: str) -> RunConfig:
    """Return the configuration of scenes that are made of the pictures of `glyphs`."""
    return codec.set_value(PRESETS["scenes"], "scenes.glyphs", glyphs)


@pytest.mark.parametrize("path", PATHS)
def test_scenes_are_made_of_no_pictures_at_a_path(me: Runs, path: str) -> None:
    with pytest.raises(InputError, match="There is no data set named"):
        me.start(of_scenes(path))
    with pytest.raises(InputError, match="There is no data set named"):
        me.add(of_scenes(path), "", b"", 1, lambda folder: pytest.fail("it was begun"))
    assert not me.all()
    assert me.start(of_scenes("letters")).config.scenes.glyphs == "letters"


@pytest.mark.parametrize(("kind", "values"), [("go", {}), ("epochs", {"epochs": 1})])
def test_a_run_that_reads_a_path_does_not_go_on(
    me: Runs, kind: str, values: dict[str, int]
) -> None:
    run = me.start(of_scenes("digits"))
    run.kill()
    write_json(run.folder / CONFIG, codec.to_json(of_scenes("npz:/dev/zero")))  # as once it could
    begun, before = len(Sleeper.spawned), run.state
    with pytest.raises(InputError, match="There is no data set named"):
        run.ask(kind, **values)
    assert (len(Sleeper.spawned), run.state) == (begun, before)
    copy = me.copy(run.folder, "a copy")
    with pytest.raises(InputError, match="There is no data set named"):
        copy.ask(kind, **values)


@pytest.mark.parametrize("path", PATHS)
def test_a_study_reads_no_path(path: str) -> None:
    spaces = (
        SearchSpace(of_scenes(path)),
        SearchSpace(of_scenes("digits"), (("scenes.glyphs", Choices(("digits", path))),)),
        SearchSpace(dimensions=(("data.name", Choices(("digits", path))),)),
    )
    for space in spaces:
        with pytest.raises(InputError, match="There is no data set named"):
            check_offered(space)
    check_offered(SMALL)


def test_a_study_that_reads_a_path_does_not_go_on(
    me: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = seeded(Studies(me.folder.name), 1)
    about, known = study.look()
    base = codec.set_value(about.space.base, "data.name", "folder:/etc")
    about = replace(about, space=replace(about.space, base=base))
    monkeypatch.setattr(type(study), "look", lambda self: (about, known))
    with pytest.raises(InputError, match="There is no data set named"):
        study.go_on()
    with pytest.raises(InputError, match="There is no data set named"):
        study.add_seeds()
