"""The questions that the Inside page asks, how to read the answers, and the formulas behind."""

from __future__ import annotations

from dataclasses import dataclass

from rnndemo.errors import N_


@dataclass(frozen=True)
class Question:
    """One section's head: English messages, and LaTeX which needs no translation."""

    title: str
    how: str
    formula: str
    letters: str


CELL_FORMULAS = {
    "rnn": r"""\begin{aligned}
h_t &= \phi(W_x x_t + W_h h_{t-1} + b)\\
p_t &= \operatorname{softmax}(W_o h_t + b_o)
\end{aligned}""",
    "lstm": r"""\begin{aligned}
i_t, f_t, o_t &= \sigma(W x_t + U h_{t-1} + b)\\
g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g)\\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t\\
h_t &= o_t \odot \tanh(c_t)\\
p_t &= \operatorname{softmax}(W_o h_t + b_o)
\end{aligned}""",
    "gru": r"""\begin{aligned}
r_t, z_t &= \sigma(W x_t + U h_{t-1} + b)\\
n_t &= \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + b'_n))\\
h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}\\
p_t &= \operatorname{softmax}(W_o h_t + b_o)
\end{aligned}""",
}

# key of a chart -> what it shows, for those who hear the page
CHARTS = {
    "inside_plane": N_("The way of the hidden state through its plane"),
    "inside_gradient": N_("Size of the gradient at every row"),
    "inside_saliency": N_("How strongly every pixel changes the score"),
    "inside_courses": N_("Mean activation of the unit, one line a digit"),
    "inside_firing": N_("The test pictures that make the unit fire most"),
    "inside_silence_chart": N_("Readouts row by row, before and after"),
    "inside_spoilt": N_("The picture with the spoilt row"),
    "inside_distance": N_("How far the two states are apart at every row"),
    "inside_spoil_plane": N_("Both ways through the plane"),
    "inside_spoil_chart": N_("Readouts row by row, before and after"),
    "inside_pair_chart": N_("Readouts row by row of both networks"),
}

QUESTIONS = {
    "replay": Question(
        N_("What happens at each row?"),
        N_(
            "Press play. The network sees one row at a time and keeps what it needs in its *hidden "
            "state*, a list of numbers called *units*. Each line of the coloured map is that state "
            "after the row of the same number. The bars are the *readout*: what it would answer if "
            "the picture ended there."
        ),
        "",  # depends on the cell: CELL_FORMULAS
        N_(
            "x_t: row t of the picture. h_t: the hidden state after it, passed on to row t + 1 and "
            "to the layer above. *Gates* are numbers between 0 (closed) and 1 (open) that "
            "multiply what flows through. p_t: the readout, taken from the last layer."
        ),
    ),
    "plane": Question(
        N_("Where is it heading?"),
        N_(
            "The hidden state has too many numbers to draw, so this is its shadow on the plane in "
            "which states differ most. Thin lines are the average way of each digit; your drawing "
            "(dots, one a row, coloured by the best guess) should end beside its own digit."
        ),
        r"y_t = V\,(h_t - \bar h),\qquad V = \text{first two eigenvectors of } "
        r"\operatorname{Cov}(h)",
        N_(
            "Principal component analysis of the last layer's states over 1,000 test pictures and "
            "all rows. The axis titles say how much of all variation each direction holds; what "
            "the plane leaves out may still separate digits that overlap here."
        ),
    ),
    "gradient": Question(
        N_("How far back can it learn?"),
        N_(
            "In training, the error at the end is sent back through the rows. The line shows how "
            "much of it arrives at each row: where it sinks to almost nothing, the network can "
            "hardly learn from what it read there. One step on the scale is a factor of ten."
        ),
        r"\left\lVert \frac{\partial L}{\partial h_t} \right\rVert_2,\qquad "
        r"L = -\log p_T(\hat y)",
        N_(
            "L: the loss of the final answer, for the class that it chose. h_t: the hidden state "
            "after row t, with everything later that reads it. A very sure answer has a small "
            "loss and so a low line: look at the shape, not at the height."
        ),
    ),
    "saliency": Question(
        N_("Which pixels mattered?"),
        N_(
            "The stronger the orange, the more the score of the answer would change if this pixel "
            "got a little brighter or darker. The outline is your ink. Empty places can matter "
            "too: ink there would have made another digit."
        ),
        r"S_{ij} = \left| \frac{\partial z_{\hat y}}{\partial x_{ij}} \right|",
        N_(
            "z: the score (logit) of the chosen class after the last row. x: the ink of the pixel "
            "in row i and column j."
        ),
    ),
    "unit": Question(
        N_("What does one unit do?"),
        N_(
            "A unit is one number of the hidden state. The lines show its average over 1,000 test "
            "pictures, one line a digit: where they part, the unit tells digits apart. The small "
            "pictures are those that drive it highest, each with the row where that happens marked."
        ),
        r"\bar h_u(k, t) = \frac{1}{N_k} \sum_{n:\, y_n = k} h^{(n)}_{t,u},\qquad "
        r"\text{top} = \operatorname{arg\,max}_n \max_t h^{(n)}_{t,u}",
        N_("u: the unit. t: the row. k: a digit, with N_k test pictures."),
    ),
    "silence": Question(
        N_("What if some units fell silent?"),
        N_(
            "From the chosen row on, these units are held at a fixed value and the network reads "
            "on without them. If the answer stays, others know the same: the knowledge is spread "
            "out."
        ),
        r"h_{t,u} \leftarrow v \quad\text{for } t \ge t_0",
        N_("u: each chosen unit. v: the value it is held at, 0 is silence. t₀: the first row."),
    ),
    "spoil": Question(
        N_("What if one row were spoilt?"),
        N_(
            "One row is replaced before the network reads it. The two ways are the same up to that "
            "row, then part; see whether the later rows bring them together again."
        ),
        r"d_t = \lVert h'_t - h_t \rVert_2",
        N_("h: the state with the picture as it is. h′: the state with the spoilt row."),
    ),
    "pair": Question(
        N_("What if another network read it?"),
        N_(
            "Two networks, the same drawing: who knows earlier, and who wavers? Each line is the "
            "probability of one digit if the picture ended at that row."
        ),
        r"p_t = \operatorname{softmax}(z_t / \tau)",
        N_(
            "z_t: the scores after row t. τ: the temperature, set once for each network so that "
            "“90 % sure” is right nine times out of ten."
        ),
    ),
}
