"""The questions of the page Inside, how to read the answers, and the formulas behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rnndemo.errors import N_
from rnndemo.models.cells.base import Cell
from rnndemo.models.two_speed import FAST
from rnndemo.ui.drawing.answer import ACTIVATIONS


@dataclass(frozen=True)
class Section:
    """One section's head: English messages, and a formula in LaTeX.

    Parameters
    ----------
    short : str
        Its name in the page's contents.
    title, lead : str
        The question, and a sentence on what is seen.
    how, formula, letters : str
        How to read it in detail, shown on request; without a formula, the cell's equations.
    """

    short: str
    title: str
    lead: str
    how: str
    formula: str
    letters: str


_INPUT = N_("x_t: row t of the picture; in a deeper layer, the h_t of the layer below.")
_STATE = N_("h_t: the hidden state after row t, passed on to the next row and to the layer above.")
_READOUT = N_("p_t: the readout, taken from the last layer; V and b_p are learnt as well.")
_TEMPERATURE = N_("τ: the temperature, which makes them no surer than they should be.")


def cell_formula(cell: Cell, output: str = "softmax") -> str:
    """Return the equations of a cell, and that of the readout with this output activation."""
    readout = rf"p_t &= {ACTIVATIONS[output][0]}\big((V h_t + b_p) / \tau\big)"
    lines = "\\\\\n".join([cell.formula, readout])
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


def cell_letters(cell: Cell, output: str = "softmax") -> tuple[str, ...]:
    """Return what the letters in `cell_formula` mean, one message per line."""
    return (_INPUT, _STATE, *cell.letters, _READOUT, ACTIVATIONS[output][1], _TEMPERATURE)


# key of a chart -> its text alternative
CHARTS = {
    "inside_clocks": N_("Units as clocks, from the slowest to the fastest"),
    "inside_ring": N_("λ of each unit, inside the circle of radius 1"),
    "inside_half_lives": N_("How long each unit remembers"),
    "inside_plane": N_("The path of the hidden state through its plane"),
    "inside_gradient": N_("Size of the gradient at each row"),
    "inside_saliency": N_("How strongly each pixel changes the score"),
    "inside_courses": N_("Mean activation of the unit, one line per class"),
    "inside_firing": N_("The test pictures that make the unit fire most"),
    "inside_silence_chart": N_("Readouts row by row, before and after"),
    "inside_spoilt": N_("The picture with the spoilt row"),
    "inside_distance": N_("How far apart the two states are at each row"),
    "inside_spoil_plane": N_("Both paths through the plane"),
    "inside_spoil_chart": N_("Readouts row by row, before and after"),
    "inside_pair_chart": N_("Readouts of both networks, row by row"),
}

QUESTIONS = {
    "replay": Section(
        N_("Row by row"),
        N_("What happens at each row?"),
        N_("Press Play above, or choose a row: everything on this page follows."),
        N_(
            "The network sees one row at a time and keeps what it needs in its *hidden state*, a "
            "list of numbers called *units*. Each line of the heat map shows this state after the "
            "row with the same number; a unit *fires* where it takes a large positive value. The "
            "bars are the *readout*: what it would answer if the picture ended there. Click a "
            "unit in the map to see how it gets its value."
        ),
        "",  # depends on the cell: `cell_formula`
        "",  # `cell_letters`
    ),
    "cell": Section(
        N_("Equations"),
        N_("How does one unit get its value?"),
        N_("These are its equations, with the numbers of this row in their places."),
        N_(
            "At every row, a unit computes its new value from what the layer reads and from the "
            "state before. Each Σ is a long sum: the bias, every number that the layer reads, and "
            "every unit of the state before, each times a weight that was learnt. Click a line to "
            "see the terms of its sum. In the drawing, a wire is as thick as the number that it "
            "carries: orange if that is positive, blue if negative."
        ),
        "",
        "",
    ),
    "unit": Section(
        N_("One unit"),
        N_("What does one unit do?"),
        N_(
            "The lines show its average over up to 1,000 test pictures, one line per class, for "
            "example per digit; the small pictures make it fire most."
        ),
        N_(
            "A unit is one number of the hidden state. Where the lines part, it tells classes "
            "apart. In each small picture, the row is marked at which it fires most."
        ),
        r"\bar h_u(k, t) = \frac{1}{N_k} \sum_{n:\, y_n = k} h^{(n)}_{t,u},\qquad "
        r"\text{top} = \operatorname{arg\,max}_n \max_t h^{(n)}_{t,u}",
        N_("u: the unit. t: the row. k: a class, with N_k test pictures."),
    ),
    "plane": Section(
        N_("Path of the state"),
        N_("Where is it heading?"),
        N_(
            "Thin lines are the average path of each class, for example of each digit; the drawing "
            "(dots, one per row, coloured by the best guess) should end near its own class."
        ),
        N_(
            "The hidden state has too many numbers to draw, so this is its shadow on the plane in "
            "which states differ most. The ring is the row of the bar above."
        ),
        r"y_t = P\,(h_t - \bar h),\qquad P = \text{first two eigenvectors of } "
        r"\operatorname{Cov}(h)",
        N_(
            "y_t: the dot of row t. h_t: the last layer's state, h̄ its mean over up to 1,000 "
            "test pictures and all rows (principal component analysis). The axis titles say how "
            "much of the variance each direction holds; what the plane leaves out may still "
            "separate classes that overlap here."
        ),
    ),
    "gradient": Section(
        N_("Gradient"),
        N_("How far back can it learn?"),
        N_(
            "Where the line sinks to almost nothing, the network can hardly learn from what it "
            "read there."
        ),
        N_(
            "In training, the error at the end is sent back through the rows, as the *gradient*. "
            "The line shows how much of it arrives at each row. Each step on the scale is a "
            "factor of ten."
        ),
        r"\left\lVert \frac{\partial L}{\partial h_t} \right\rVert_2,\qquad "
        r"L = -\log p_T(\hat y)",
        N_(
            "L: the loss of the final answer, for the class ŷ that it chose; T is the last "
            "row, and τ = 1 as in training. h_t: the hidden state after row t, including its "
            "effect on everything later. A very sure answer has a small loss and so a low "
            "line: look at the shape, not at the height."
        ),
    ),
    "saliency": Section(
        N_("Pixels"),
        N_("Which pixels mattered?"),
        N_("The stronger the orange, the more the pixel could change the answer."),
        N_(
            "The colour says how much the score of the answer would change if this pixel got a "
            "little brighter or darker. The outline is the ink. Empty places can matter too: ink "
            "there could have changed the answer."
        ),
        r"S_{ij} = \left| \frac{\partial s_{\hat y}}{\partial x_{ij}} \right|",
        N_(
            "s: the score (logit) of the chosen class ŷ after the last row. x: the ink of the "
            "pixel in row i and column j."
        ),
    ),
    "silence": Section(
        N_("Silence units"),
        N_("What if some units fell silent?"),
        N_("From a row on, some units are held at a fixed value, and the network reads on."),
        N_("If the answer stays the same, other units know it too: the knowledge is spread out."),
        r"h_{t,u} \leftarrow v \quad\text{for } t \ge t_0",
        N_("u: each chosen unit. v: the value it is held at; 0 silences it. t₀: the first row."),
    ),
    "spoil": Section(
        N_("Spoil a row"),
        N_("What if one row were spoilt?"),
        N_("One row is replaced before the network reads it."),
        N_(
            "The two paths are the same up to that row, then part; see whether the later rows "
            "bring them together again."
        ),
        r"d_t = \lVert h'_t - h_t \rVert_2",
        N_("h: the state with the picture as it is. h′: the state with the spoilt row."),
    ),
    "pair": Section(
        N_("Another network"),
        N_("What if another network read it?"),
        N_("Two networks, the same drawing: which knows first, and which wavers?"),
        N_("Each line is the probability of one answer if the picture ended at that row."),
        r"p_t = \operatorname{softmax}(s_t / \tau),\qquad s_t = V h_t + b_p",
        N_(
            "s_t: the scores after row t, computed from the last layer's h_t with the learnt V and "
            "b_p. τ: the temperature, set once for each network so that “90 % sure” is right about "
            "nine times out of ten. softmax: turns scores into probabilities that add up to 1."
        ),
    ),
}

# of networks that read both ways
SILENCE_TWO_WAYS = replace(
    QUESTIONS["silence"],
    lead=N_(
        "From a row on, some units are held at a fixed value, and the network reads on; backward "
        "units are held from that row to the first."
    ),
    formula=r"h_{t,u} \leftarrow v \quad\text{for } t \ge t_0 \text{ (backward: } t \le t_0)",
)
SPOIL_TWO_WAYS = replace(
    QUESTIONS["spoil"],
    how=N_(
        "This network also reads backwards, so what it knows at a row is from before and after it: "
        "the two paths differ at every row; see where they are furthest apart."
    ),
)

# of networks whose answers need not add up to 1
PAIR_OF_SIGMOID = replace(
    QUESTIONS["pair"],
    formula=r"p_t = f(s_t / \tau),\qquad s_t = V h_t + b_p",
    letters=N_(
        "s_t: the scores after row t, computed from the last layer's h_t with the learnt V and "
        "b_p. τ: the temperature, set once for each network so that “90 % sure” is right about "
        "nine times out of ten. f: what turns scores into probabilities: in this network σ, one "
        "by one; in the others softmax, so that they add up to 1."
    ),
)

# of cells whose units turn
MEMORY = Section(
    N_("Memory"),
    N_("How long does each unit remember?"),
    N_(
        "Every unit is an arrow that turns and fades by a fixed factor at each timestep; what "
        "is read gives it a push. Press Play and watch the clocks."
    ),
    N_(
        "The clocks are eight of the units, from the slowest to the fastest; the thin line is "
        "where the tip of the arrow has been. Below, each dot is a unit: the closer it lies to the "
        "circle, the longer it remembers, and the further round, the faster it turns. Units "
        "with many different speeds together know where the ink was, as the hands of a clock "
        "know the time. They only remember: the output layers decide, and an MLP that sees "
        "all pixels at once does about as well. What gates add is the choice of what to keep."
    ),
    r"z_t = \lambda z_{t-1} + \gamma\, (W x_t),\qquad "
    r"\text{half is gone after } \frac{\ln 0.5}{\ln |\lambda|} \text{ timesteps}",
    N_("z_t: the arrow after timestep t. λ: its factor, learnt, one for each unit."),
)


# of a layer whose units turn at every pixel, below layers that read it once a timestep
MEMORY_OF_PIXELS = Section(
    MEMORY.short,
    MEMORY.title,
    N_(
        "Every unit of the first layer is an arrow that turns and fades by a fixed factor at each "
        "pixel; a bright pixel gives it a push. Press Play and watch the clocks: at each timestep "
        "they go on by all of its pixels."
    ),
    N_(
        "The clocks are eight of the units, from the slowest to the fastest; the thin line is "
        "where the tip of the arrow has been, pixel by pixel. Below, each dot is a unit: the "
        "closer it lies to the circle, the longer it remembers, and the further round, the faster "
        "it turns. Units with many different speeds together know where the ink was, as the hands "
        "of a clock know the time. They only remember. The layers above look at the clocks once a "
        "timestep; gates, where they have any, choose what to keep."
    ),
    r"z_k = \lambda z_{k-1} + \gamma\, w\, x_k,\qquad "
    r"\text{half is gone after } \frac{\ln 0.5}{\ln |\lambda|} \text{ pixels}",
    N_(
        "z_k: the arrow after pixel k, whose ink is x_k. λ: its factor, learnt, one for each unit. "
        "γ, w: learnt as well, how much a pixel pushes it and in which direction."
    ),
)


def questions_in_order(
    cells: Sequence[Cell], output: str = "softmax", two_ways: bool = False
) -> Mapping[str, Section]:
    """Return the questions of a network that reads in order.

    Parameters
    ----------
    cells : sequence of Cell
        Of its layers.
    output : str
        Its output activation.
    two_ways : bool
        Whether it reads backwards too.
    """
    questions = dict(QUESTIONS)
    if two_ways:
        questions |= {"silence": SILENCE_TWO_WAYS, "spoil": SPOIL_TWO_WAYS}
    if output == "sigmoid":
        questions["pair"] = PAIR_OF_SIGMOID
    turning = [cell for cell in cells if "phase" in cell.derived]
    if not turning:
        return questions
    memory = MEMORY_OF_PIXELS if turning[-1] is FAST else MEMORY
    several = list(questions.items())
    several.insert([name for name, _section in several].index("plane"), ("memory", memory))
    return dict(several)
