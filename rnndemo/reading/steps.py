"""What a timestep is called on a page: a row of a picture, a point of a stroke, or a timestep.

A page's messages speak of rows, which most networks read. `FORMS` has those that do, each in a form
with the words of `WORDS` in its places; for a row itself, the messages stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

from rnndemo.errors import N_

# kind of a timestep -> placeholder -> word
WORDS = {
    "point": {"step": N_("point"), "steps": N_("points"), "whole": N_("stroke")},
    "timestep": {"step": N_("timestep"), "steps": N_("timesteps"), "whole": N_("picture")},
}


def kind_of(frame: str, scan: str) -> str:
    """Return what a network reads at a timestep: "row", "point" or "timestep"."""
    if scan != "rows":
        return "timestep"
    return "point" if frame == "path" else "row"


def speaking_of(kind: str, translate: Callable[[str], str]) -> Callable[[str], str]:
    """Return a translator whose messages speak of timesteps of this kind, not of rows."""
    if kind not in WORDS:
        return translate
    words = {name: translate(word) for name, word in WORDS[kind].items()}
    words["Step"] = words["step"].capitalize()

    def said(message: str) -> str:
        form = OF_KIND[kind].get(message) or FORMS.get(message)
        if form is None:  # a place for a step of the training is not one for a timestep
            return translate(message)
        text = translate(form)
        for name, word in words.items():
            text = text.replace(f"{{{name}}}", word)
        return text

    return said


# what a page says of rows -> the same of other timesteps
FORMS = {
    "Inside, row by row": N_("Inside, {step} by {step}"),
    "x_t: row t of the picture; in a deeper layer, the h_t of the layer below.": N_(
        "x_t: {step} t of the {whole}; in a deeper layer, the h_t of the layer below."
    ),
    "h_t: the hidden state after row t, passed on to the next row and to the layer above.": N_(
        "h_t: the hidden state after {step} t, passed on to the next {step} and to the layer above."
    ),
    "Size of the gradient at each row": N_("Size of the gradient at each {step}"),
    "Readouts row by row, before and after": N_("Readouts {step} by {step}, before and after"),
    "The picture with the spoilt row": N_("The {whole} with the spoilt {step}"),
    "How far apart the two states are at each row": N_(
        "How far apart the two states are at each {step}"
    ),
    "Readouts of both networks, row by row": N_("Readouts of both networks, {step} by {step}"),
    "Row by row": N_("Every {step}"),
    "What happens at each row?": N_("What happens at each {step}?"),
    "Press Play above, or choose a row: everything on this page follows.": N_(
        "Press Play above, or choose a {step}: everything on this page follows."
    ),
    (
        "The network sees one row at a time and keeps what it needs in its *hidden "
        "state*, a list of numbers called *units*. Each line of the heat map shows this "
        "state after the row with the same number; a unit *fires* where it takes a large "
        "positive value. The bars are the *readout*: what it would answer if the picture "
        "ended there. Click a unit in the map to see how it gets its value."
    ): N_(
        "The network sees one {step} at a time and keeps what it needs in its "
        "*hidden state*, a list of numbers called *units*. Each line of the heat map "
        "shows this state after the {step} with the same number; a unit *fires* "
        "where it takes a large positive value. The bars are the *readout*: what it "
        "would answer if the {whole} ended there. Click a unit in the map to see how "
        "it gets its value."
    ),
    "These are its equations, with the numbers of this row in their places.": N_(
        "These are its equations, with the numbers of this {step} in their places."
    ),
    (
        "At every row, a unit computes its new value from what the layer reads and from "
        "the state before. Each Σ is a long sum: the bias, every number that the layer "
        "reads, and every unit of the state before, each times a weight that was learnt. "
        "Click a line to see the terms of its sum. In the drawing, a wire is as thick as "
        "the number that it carries: orange if that is positive, blue if negative."
    ): N_(
        "At every {step}, a unit computes its new value from what the layer reads "
        "and from the state before. Each Σ is a long sum: the bias, every number "
        "that the layer reads, and every unit of the state before, each times a "
        "weight that was learnt. Click a line to see the terms of its sum. In the "
        "drawing, a wire is as thick as the number that it carries: orange if that "
        "is positive, blue if negative."
    ),
    (
        "A unit is one number of the hidden state. Where the lines part, it tells "
        "classes apart. In each small picture, the row is marked at which it fires most."
    ): N_(
        "A unit is one number of the hidden state. Where the lines part, it tells "
        "classes apart. In each small picture, the {step} is marked at which it "
        "fires most."
    ),
    "u: the unit. t: the row. k: a class, with N_k test pictures.": N_(
        "u: the unit. t: the {step}. k: a class, with N_k test pictures."
    ),
    (
        "Thin lines are the average path of each class, for example of each digit; the "
        "drawing (dots, one per row, coloured by the best guess) should end near its own "
        "class."
    ): N_(
        "Thin lines are the average path of each class, for example of each digit; "
        "the drawing (dots, one per {step}, coloured by the best guess) should end "
        "near its own class."
    ),
    (
        "The hidden state has too many numbers to draw, so this is its shadow on the "
        "plane in which states differ most. The ring is the row of the bar above."
    ): N_(
        "The hidden state has too many numbers to draw, so this is its shadow on the "
        "plane in which states differ most. The ring is the {step} of the bar above."
    ),
    (
        "y_t: the dot of row t. h_t: the last layer's state, h̄ its mean over up to "
        "1,000 test pictures and all rows (principal component analysis). The axis "
        "titles say how much of the variance each direction holds; what the plane leaves "
        "out may still separate classes that overlap here."
    ): N_(
        "y_t: the dot of {step} t. h_t: the last layer's state, h̄ its mean over up "
        "to 1,000 test pictures and all {steps} (principal component analysis). The "
        "axis titles say how much of the variance each direction holds; what the "
        "plane leaves out may still separate classes that overlap here."
    ),
    (
        "In training, the error at the end is sent back through the rows, as the "
        "*gradient*. The line shows how much of it arrives at each row. Each step on the "
        "scale is a factor of ten."
    ): N_(
        "In training, the error at the end is sent back through the {steps}, as the "
        "*gradient*. The line shows how much of it arrives at each {step}. Each step "
        "on the scale is a factor of ten."
    ),
    (
        "L: the loss of the final answer, for the class ŷ that it chose; T is the last "
        "row, and τ = 1 as in training. h_t: the hidden state after row t, including its "
        "effect on everything later. A very sure answer has a small loss and so a low "
        "line: look at the shape, not at the height."
    ): N_(
        "L: the loss of the final answer, for the class ŷ that it chose; T is the "
        "last {step}, and τ = 1 as in training. h_t: the hidden state after {step} "
        "t, including its effect on everything later. A very sure answer has a small "
        "loss and so a low line: look at the shape, not at the height."
    ),
    "From a row on, some units are held at a fixed value, and the network reads on.": N_(
        "From a {step} on, some units are held at a fixed value, and the network reads on."
    ),
    (
        "From a row on, some units are held at a fixed value, and the network reads on; backward "
        "units are held from that row to the first."
    ): N_(
        "From a {step} on, some units are held at a fixed value, and the network reads on; "
        "backward units are held from that {step} to the first."
    ),
    (
        "This network also reads backwards, so what it knows at a row is from before and after "
        "it: the two paths differ at every row; see where they are furthest apart."
    ): N_(
        "This network also reads backwards, so what it knows at a {step} is from before and after "
        "it: the two paths differ at every {step}; see where they are furthest apart."
    ),
    "u: each chosen unit. v: the value it is held at; 0 silences it. t₀: the first row.": N_(
        "u: each chosen unit. v: the value it is held at; 0 silences it. t₀: the first {step}."
    ),
    "Spoil a row": N_("Spoil a {step}"),
    "What if one row were spoilt?": N_("What if one {step} were spoilt?"),
    "One row is replaced before the network reads it.": N_(
        "One {step} is replaced before the network reads it."
    ),
    (
        "The two paths are the same up to that row, then part; see whether the later "
        "rows bring them together again."
    ): N_(
        "The two paths are the same up to that {step}, then part; see whether the "
        "later {steps} bring them together again."
    ),
    "h: the state with the picture as it is. h′: the state with the spoilt row.": N_(
        "h: the state with the {whole} as it is. h′: the state with the spoilt {step}."
    ),
    "Each line is the probability of one answer if the picture ended at that row.": N_(
        "Each line is the probability of one answer if the {whole} ended at that {step}."
    ),
    (
        "s_t: the scores after row t, computed from the last layer's h_t with the learnt "
        "V and b_p. τ: the temperature, set once for each network so that “90 % sure” is "
        "right about nine times out of ten. softmax: turns scores into probabilities "
        "that add up to 1."
    ): N_(
        "s_t: the scores after {step} t, computed from the last layer's h_t with the "
        "learnt V and b_p. τ: the temperature, set once for each network so that “90 "
        "% sure” is right about nine times out of ten. softmax: turns scores into "
        "probabilities that add up to 1."
    ),
    (
        "s_t: the scores after row t, computed from the last layer's h_t with the learnt V and "
        "b_p. τ: the temperature, set once for each network so that “90 % sure” is right about "
        "nine times out of ten. f: what turns scores into probabilities: in this network σ, one "
        "by one; in the others softmax, so that they add up to 1."
    ): N_(
        "s_t: the scores after {step} t, computed from the last layer's h_t with the learnt V and "
        "b_p. τ: the temperature, set once for each network so that “90 % sure” is right about "
        "nine times out of ten. f: what turns scores into probabilities: in this network σ, one "
        "by one; in the others softmax, so that they add up to 1."
    ),
    (
        "Replay: the keys up and down step through the rows, left and right through the "
        "units, Enter chooses one, the space bar plays"
    ): N_(
        "Replay: the keys up and down step through the {steps}, left and right "
        "through the units, Enter chooses one, the space bar plays"
    ),
    "The picture read so far": N_("The {whole} read so far"),
    "{view}: {units} units across, rows downwards": N_(
        "{view}: {units} units across, {steps} downwards"
    ),
    "Its hidden states: {units} units across, rows downwards": N_(
        "Its hidden states: {units} units across, {steps} downwards"
    ),
    "unit {unit}, row {row}: {value}": N_("unit {unit}, {step} {row}: {value}"),
    "row {row}: {label}, {percent}": N_("{step} {row}: {label}, {percent}"),
    "Previous row": N_("Previous {step}"),
    "Next row": N_("Next {step}"),
    "Row": N_("{Step}"),
    "After row {row} (0–{last}): would answer {label}, {percent}": N_(
        "After {step} {row} (0–{last}): would answer {label}, {percent}"
    ),
    "{layer}, unit {unit}, row {row}": N_("{layer}, unit {unit}, {step} {row}"),
    "unit {unit}, one row before": N_("unit {unit}, one {step} before"),
    (
        "What the network carries from one row to the next: all it knows about the picture so far."
    ): N_(
        "What the network carries from one {step} to the next: all it knows about "
        "the {whole} so far."
    ),
    (
        "W, U, b: learnt in training; W weighs what is read, U weighs the state of the "
        "row before, and b is added."
    ): N_(
        "W, U, b: learnt in training; W weighs what is read, U weighs the state of "
        "the {step} before, and b is added."
    ),
    (
        "c_t: the cell state, the LSTM's inner memory; g_t: what the row proposes to write there."
    ): N_(
        "c_t: the cell state, the LSTM's inner memory; g_t: what the {step} proposes "
        "to write there."
    ),
    "What this row proposes to write into the cell state.": N_(
        "What this {step} proposes to write into the cell state."
    ),
    "n_t: the new state that the row proposes.": N_("n_t: the new state that the {step} proposes."),
    "The new state that this row proposes.": N_("The new state that this {step} proposes."),
    "Starts with the five that are strongest after the last row. Add more and watch.": N_(
        "Starts with the five that are strongest after the last {step}. Add more and watch."
    ),
    "From row": N_("From {step}"),
    "Which row?": N_("Which {step}?"),
    "with the spoilt row": N_("with the spoilt {step}"),
    "row": N_("{step}"),
    "row {row}: {value}": N_("{step} {row}: {value}"),
    "row {row}, {label}: {value}": N_("{step} {row}, {label}: {value}"),
    "mean of all {label}, row {row}": N_("mean of all {label}, {step} {row}"),
    "row {row}": N_("{step} {row}"),
    (
        "The correct answer is {truth}, but it answered {answer} ({sure} sure). From row {line} "
        "on, the answer stayed the same (rows are numbered 0 to {last}). It never gave {truth} "
        "more than {most}."
    ): N_(
        "The correct answer is {truth}, but it answered {answer} ({sure} sure). From {step} {line} "
        "on, the answer stayed the same ({steps} are numbered 0 to {last}). It never gave {truth} "
        "more than {most}."
    ),
    (
        "{percent} sure. From row {row} on, the answer stayed the same (rows are numbered 0 to "
        "{last})."
    ): N_(
        "{percent} sure. From {step} {row} on, the answer stayed the same ({steps} are numbered 0 "
        "to {last})."
    ),
    (
        "{percent} sure. It sees the whole picture at once; if everything below row {row} were "
        "covered, it would answer the same (rows are numbered 0 to {last})."
    ): N_(
        "{percent} sure. It sees the whole {whole} at once; if everything after {step} {row} were "
        "covered, it would answer the same ({steps} are numbered 0 to {last})."
    ),
    (
        "This network sees the whole picture at once. Each row shows what it would answer with "
        "everything below that row covered: the wider a colour, the more probable that answer."
    ): N_(
        "This network sees the whole {whole} at once. Each row shows what it would answer with "
        "everything covered that comes after that {step}: the wider a colour, the more probable "
        "that answer."
    ),
    "{label}, row {row}": N_("{label}, {step} {row}"),
    "At which row does it tip?": N_("At which {step} does it tip?"),
    "The answer turns from {before} to {after}: it tips at row {row}.": N_(
        "The answer turns from {before} to {after}: it tips at {step} {row}."
    ),
    "tips at row {row}": N_("tips at {step} {row}"),
    "The hidden state moves away most at row {row}.": N_(
        "The hidden state moves away most at {step} {row}."
    ),
    "The answer tips at row {row}.": N_("The answer tips at {step} {row}."),
    "Each point is what it would answer if the picture ended at that row.": N_(
        "Each point is what it would answer if the {whole} ended at that {step}."
    ),
    "The reading row by row, before and after the attack": N_(
        "The reading {step} by {step}, before and after the attack"
    ),
    "The reading row by row, before and after the corruption": N_(
        "The reading {step} by {step}, before and after the corruption"
    ),
    (
        "The network never reads row by row. Here it was asked again for every row, with all that "
        "comes after that row covered."
    ): N_(
        "The network never reads {step} by {step}. Here it was asked again for every {step}, with "
        "all that comes after that {step} covered."
    ),
    "f: the network. x_t: row t of the picture. p_t: its answer.": N_(
        "f: the network. x_t: {step} t of the {whole}. p_t: its answer."
    ),
    "Its answer with all rows after a row covered": N_(
        "Its answer with all {steps} after a {step} covered"
    ),
    (
        "This network sees the picture at once. Each point is what it would answer with "
        "everything below that row covered."
    ): N_(
        "This network sees the picture at once. Each point is what it would answer with "
        "everything covered that comes after that {step}."
    ),
}

# what only one kind says in another way
OF_KIND: dict[str, dict[str, str]] = {
    "point": {
        "Pixels": N_("Pen"),
        "Which pixels mattered?": N_("Which movements of the pen mattered?"),
        "The stronger the orange, the more the pixel could change the answer.": N_(
            "The stronger the orange, the more that number of the point could change the answer."
        ),
        (
            "The colour says how much the score of the answer would change if this pixel got "
            "a little brighter or darker. The outline is the ink. Empty places can matter "
            "too: ink there could have changed the answer."
        ): N_(
            "At each point, the network reads five numbers: where the pen is (x and y), "
            "in which direction it moves (two numbers), and whether it is lifted. The "
            "colour says how much the score of the answer would change if that number "
            "got a little larger or smaller."
        ),
        "How strongly each pixel changes the score": N_(
            "How strongly each number of a point changes the score"
        ),
        (
            "s: the score (logit) of the chosen class ŷ after the last row. x: the ink of "
            "the pixel in row i and column j."
        ): N_(
            "s: the score (logit) of the chosen class ŷ after the last point. x: number "
            "j of point i."
        ),
    },
    "timestep": {
        (
            "s: the score (logit) of the chosen class ŷ after the last row. x: the ink of "
            "the pixel in row i and column j."
        ): N_(
            "s: the score (logit) of the chosen class ŷ after the last timestep. x: the "
            "ink of the pixel in row i and column j."
        ),
    },
}
