"""Inside: one drawing read again, slowly, and what the network does meanwhile."""

from functools import partial

import streamlit as st

from rnndemo.models.build import reader
from rnndemo.plots.reading.inside import (
    firing_pictures,
    lines_by_row,
    picture,
    readouts,
    saliency,
    trajectory,
    unit_courses,
)
from rnndemo.plots.reading.memory import clocks, half_lives, ring
from rnndemo.plots.reading.strokes import firing_strokes, pen_saliency, stroke
from rnndemo.reading.memory import turning_units
from rnndemo.reading.units import report_unit
from rnndemo.reading.whatif import UnitChange, change_units, spoil_row
from rnndemo.ui.components.cell import cell
from rnndemo.ui.components.clock import clock
from rnndemo.ui.components.player import paths, player
from rnndemo.ui.inside import at_once, choices, link, readings
from rnndemo.ui.inside.readings import batch_of, show, verdict
from rnndemo.ui.shell import chrome, session, steps
from rnndemo.ui.shell.session import model_label
from rnndemo.ui.shell.steps import _, look

chrome.enter(*link.PARTS)
model = session.model()
steps.begin(model)
in_order = model.network.in_order
st.title(_("Inside, row by row") if in_order else _("Inside, layer by layer"))
drawing = link.shown(model)
session.model_select()
if drawing is None:
    st.stop()
image = drawing.seen(model.frame).image
at_once.offer_others(model)
questions = at_once.questions_of(model)
readings.contents(questions)
if not in_order:
    at_once.sections(model, image)
    st.stop()
read = readings.reading(model, image)
odds = read["readout.probabilities"][0]
classes = session.class_names(model.classes)
scan, temperature = model.config.data.scan, model.card.temperature
read_points = steps.kind() == "point"
ask = partial(readings.ask, questions=questions, output=model.config.model.output_activation)

link.choose_moment(model, read)
clock(model, read, link.row(read))


@st.fragment
def replay() -> None:
    """Replay the reading; see how one of its units gets its value, and what that unit does."""
    place, unit = choices.chosen_unit(model, read)
    layer, direction = paths(read)[place]
    kind = reader(model.network).kinds[layer]
    ask("replay", cell=kind)
    player(model, read, (place, unit), partial(choices.choose_unit, model, read))
    ask("cell", cell=kind)
    with st.container(key="inside_cell_choice"):
        choices.unit_choice(model, read, place)
    cell(model, read, layer, direction, unit)
    ask("unit")
    one_unit(layer, read.directions.index(direction) * model.config.model.hidden_size + unit)


def one_unit(layer: int, unit: int) -> None:
    """Show what a unit does for every class, and what makes it fire."""
    states = readings.test_states(model, layer)
    if states is None:
        return
    report = report_unit(states.hidden, states.labels, len(classes), unit)
    left, right = st.columns(2)
    with left:
        show(unit_courses(report.class_means, classes, look()), "inside_courses")
    with right:
        names = [classes[k] for k in states.labels[report.images]]
        fired = states.images[report.images], names, report.timesteps, report.values
        if read_points:
            show(firing_strokes(*fired, look()), "inside_firing")
        else:
            places = readings.read_at(model, report.timesteps)
            show(firing_pictures(*fired, look(), places), "inside_firing")


replay()

with st.container(key="inside_memory"):
    if "memory" in questions:
        ask("memory")
        turning = turning_units(model.network, read)
        show(clocks(turning, look()), "inside_clocks")
        left, right = st.columns(2, gap="medium")
        with left:
            show(ring(turning, look()), "inside_ring")
        with right:
            show(half_lives(turning, len(turning.states), look()), "inside_half_lives")

ask("plane")
plane = readings.plane_of(model)
if plane is not None:
    own = readings.path(_("this drawing"), plane, readings.last_hidden(read), odds)
    show(trajectory(plane.class_paths, plane.explained, [own], classes, look()), "inside_plane")

left, right = st.columns([0.6, 0.4], gap="medium")
with left:
    ask("gradient")
    lines = readings.layer_lines(read["hidden_gradient_norm"][0])
    show(lines_by_row(lines, _("size of the gradient"), look(), log=True), "inside_gradient")
with right:
    ask("saliency")
    if read_points:
        show(pen_saliency(read["saliency"][0], readings.pen_names(), look()), "inside_saliency")
    else:
        show(saliency(read["saliency"][0], image, session.look()), "inside_saliency")


@st.fragment
def silence_units() -> None:
    """Hold units at a value from a row on; compare the answers."""
    layer, direction = choices.path_choice(read, "inside_silence_layer")
    units = choices.units_choice(model, read, layer, direction, "inside_silence_units")
    left, right = st.columns(2)
    with left:
        row = choices.row_choice(read, "inside_silence_row", _("From row"), 0.4)
    with right:
        value = st.slider(_("Held at"), -1.0, 1.0, 0.0, 0.1, key="inside_silence_value")
    backward = read.directions.index(direction)
    changes = [UnitChange(layer, unit, row, value, backward) for unit in units]
    both = change_units(model.network, batch_of(image), scan, changes, temperature=temperature)
    before, after = both.before.probabilities[0], both.after.probabilities[0]
    st.markdown(verdict(before[-1], after[-1], classes))
    panels = {_("unchanged"): before, _("with these units held"): after}
    show(readouts(panels, classes, look(), mark=row), "inside_silence_chart")


@st.fragment
def spoil_a_row() -> None:
    """Replace one row; see the two paths part."""
    left, right = st.columns([0.35, 0.65], gap="medium")
    with left:
        row = choices.row_choice(read, "inside_spoil_row", _("Which row?"), 0.5)
        kind = choices.spoiling_choice("inside_spoil_kind")
        both = spoil_row(model.network, batch_of(image), scan, row, kind, temperature=temperature)
        given = readings.spoilt(model, both)
        figure = stroke(given, row, look()) if read_points else picture(given, look())
        show(figure, "inside_spoilt")
    before, after = both.before.probabilities[0], both.after.probabilities[0]
    with right:
        st.markdown(verdict(before[-1], after[-1], classes))
        lines = readings.layer_lines(both.distance[0])
        show(lines_by_row(lines, _("state distance"), look()), "inside_distance")
    names = _("unchanged"), _("with the spoilt row")
    if plane is not None:
        paths = readings.two_paths(plane, both, names)
        figure = trajectory(plane.class_paths, plane.explained, paths, classes, look())
        show(figure, "inside_spoil_plane")
    panels = dict(zip(names, (before, after), strict=True))
    show(readouts(panels, classes, look(), mark=row), "inside_spoil_chart")


@st.fragment
def two_models() -> None:
    """Let another model read the same drawing; compare the answers."""
    other = choices.other_model(model, "inside_other")
    if other is None:
        return
    theirs = readings.reading(other, image)["readout.probabilities"][0]
    panels = {model_label(model.name): odds, model_label(other.name): theirs}
    show(readouts(panels, classes, look()), "inside_pair_chart")


for name, part in {"silence": silence_units, "spoil": spoil_a_row, "pair": two_models}.items():
    ask(name)
    with st.expander(_("Try it"), key=f"inside_{name}"):
        part()
