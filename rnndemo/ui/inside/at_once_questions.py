"""The questions of the page Inside for networks that see the picture at once; see `questions`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnndemo.errors import N_
from rnndemo.ui.inside.questions import QUESTIONS, Section


@dataclass(frozen=True)
class Words:
    """How the outputs of a network's layers are called.

    Parameters
    ----------
    layer : str
        A layer in the choice of layers, with {number} and {count}.
    one : str
        The choice of one channel, with {last}.
    weights : str
        A sentence on the pictures of weights.
    """

    layer: str
    one: str
    weights: str


# kind of network -> words
WORDS = {
    "cnn": Words(
        N_("Convolution {number} (feature maps: {count}, each {lines} × {places})"),
        N_("Feature map, 0 to {last}"),
        N_("Its filter: orange weights look for ink or a strong map, blue ones for none."),
    ),
    "mlp": Words(
        N_("Layer {number} (units: {count})"),
        N_("Unit, 0 to {last}"),
        N_("Its weights: ink on orange makes the unit stronger, ink on blue weaker."),
    ),
    "renet": Words(
        N_("Layer {number} (maps: {count}, each {lines} × {places})"),
        N_("Map, 0 to {last}"),
        "",  # recurrent weights are no pictures
    ),
}

_TOP = N_(
    "The small pictures are those of up to 1,000 test pictures in which its largest value is "
    "highest."
)

# kind of network -> what its layers make of the picture
LAYERS = {
    "cnn": Section(
        N_("Feature maps"),
        N_("What does each layer find?"),
        N_(
            "Each small picture is a *feature map*: the stronger the orange, the better the "
            "pattern of one filter fits at that place."
        ),
        N_(
            "A *convolution* moves small filters of 3 × 3 weights across the picture, or across "
            "the maps of the layer below. Where the pattern of a filter lies, its map has a large "
            "value; sums below zero become 0. After every second convolution the maps get half as "
            "wide and high, so that later layers see larger parts of the picture. All maps of a "
            "layer have one colour scale. Click a map to see what it looks for."
        ),
        r"m_k = \operatorname{ReLU}\Big(b_k + \sum_c w_{k,c} * m_c\Big)",
        N_(
            "m_k: map number k. m_c: the maps below, or the picture. w: the filters, b: a number "
            "that is added everywhere; both are learnt, and include the batch normalisation. "
            "*: the convolution. ReLU: numbers below zero become 0."
        ),
    ),
    "mlp": Section(
        N_("Units"),
        N_("What does each layer find?"),
        N_("Each square is one *unit*: the stronger the orange, the larger its value."),
        N_(
            "Every unit sees all of the picture, or all units of the layer below: it adds them up, "
            "each times a weight that was learnt, and sums below zero become 0. The squares stand "
            "in the order of their numbers; neighbours have nothing in common. Click a unit to see "
            "what makes it strong."
        ),
        r"a_k = \operatorname{ReLU}\Big(b_k + \sum_i w_{k,i}\, a_i\Big)",
        N_(
            "a_k: unit number k. a_i: the units below, or the pixels. w, b: learnt weights. ReLU: "
            "numbers below zero become 0."
        ),
    ),
    "renet": Section(
        N_("Sweeps"),
        N_("What do the sweeps find?"),
        N_(
            "Each small picture is the map of one unit: its value at every place, orange if "
            "positive, blue if negative."
        ),
        N_(
            "In each layer, recurrent networks sweep across the picture: first along every column, "
            "down and up, then along every row, to the right and to the left. The maps show the "
            "units of the second sweep; the first half of them comes from the left, the other half "
            "from the right. Click a map to see it larger."
        ),
        r"h_{ij} = \big(\overrightarrow{\mathrm{RNN}}(v_{i,1} \dots v_{i,j}),\ "
        r"\overleftarrow{\mathrm{RNN}}(v_{i,W} \dots v_{i,j})\big)",
        N_(
            "h_ij: the maps at row i and column j; W: the last column. v: the states of the first "
            "sweep, along the columns."
        ),
    ),
}

# kind of network -> what one channel of a layer does
CHANNEL = {
    "cnn": Section(
        N_("One feature map"),
        N_("What does one of them look for?"),
        N_("The map with the frame, larger; its filter; and where it is strongest."),
        N_(
            "The small pictures are those of up to 1,000 test pictures in which its largest value "
            "is highest. The frame is the part of the picture on which that value depends, its "
            "*receptive field*. A filter has 3 × 3 weights for every map of the layer below; the "
            "eight strongest of these are shown."
        ),
        r"\text{top} = \operatorname{arg\,max}_n \max_{ij} m^{(n)}_{k,ij}",
        N_("k: the map. n: a test picture. i, j: row and column in the map."),
    ),
    "mlp": Section(
        N_("One unit"),
        N_("What does one of them look for?"),
        N_("The weights of the unit with the frame, and where it is strongest."),
        _TOP,
        r"\text{top} = \operatorname{arg\,max}_n a^{(n)}_k",
        N_("k: the unit. n: a test picture."),
    ),
    "renet": Section(
        N_("One map"),
        N_("What does one of them look for?"),
        N_("The map with the frame, larger, and where it is strongest."),
        _TOP,
        r"\text{top} = \operatorname{arg\,max}_n \max_{ij} h^{(n)}_{k,ij}",
        N_("k: the map. n: a test picture. i, j: row and column in the map."),
    ),
}

COVERED = Section(
    N_("Covered"),
    N_("How much of the picture does it need?"),
    N_(
        "The network never reads row by row. Here it was asked again for every row, with all that "
        "comes after that row covered."
    ),
    N_(
        "Each line is the probability of one answer. A network that reads in order is asked just "
        "as often, but remembers what it has read; this one starts anew each time."
    ),
    r"p_t = f(x_0, \dots, x_t, 0, \dots, 0)",
    N_("f: the network. x_t: row t of the picture. p_t: its answer."),
)

SALIENCY = replace(
    QUESTIONS["saliency"],
    letters=N_(
        "s: the score (logit) of the chosen class ŷ. x: the ink of the pixel in row i and column j."
    ),
)


def questions(network: str) -> dict[str, Section]:
    """Return the sections for a kind of network, in the order of the page."""
    return {
        "layers": LAYERS[network],
        "channel": CHANNEL[network],
        "pixels": SALIENCY,
        "covered": COVERED,
    }
