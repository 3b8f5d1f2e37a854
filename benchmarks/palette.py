"""Colours of classes, chosen by computation: as far apart as can be with any colour vision.

Simulated annealing moves the colours of `HOMES` in lightness, chroma and, a little, in hue, so that
every two of the first ten differ by CIEDE2000, as people with and without each colour vision
deficiency see them; six more are then put between them. All have a contrast of 3 with their ground;
colours of text are the same hues, as dark or light as a contrast of 4.5 needs. The tables in
`rnndemo/plots/look/colors.py` are what this prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from skimage.color import deltaE_ciede2000, lab2rgb, rgb2lab

from benchmarks.timing import parser_of
from rnndemo.plots.look.colors import PEER_MARKS
from rnndemo.plots.look.theme import Look
from tests.vision import contrast, rgb, seen

FIRST, STEPS, QUICK_STEPS = 10, 2500, 40
NEAR, FREE = 0.4, np.pi  # how far hues may move from home, in radians: of the first, of the others
MARK, TEXT = 3.02, 4.55  # contrasts, with room for rounding

# colours that were here before, whose hues the new ones keep: after Paul Tol's "bright" and
# "vibrant" schemes
HOMES = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#EE7733", "#009988",
    "#9E7BB5", "#A07D3B", "#7A6FD6", "#88AA33", "#D98CB3", "#3A8FB7", "#C4563F", "#7FBFA0",
)  # fmt: skip

# palettes of other things: the hues that they keep, and how far these may move
OTHERS = {
    "runs": (("#882255", "#117733", "#DDCC77", "#88CCEE"), 0.5),
    "peers": (
        (
            "#86B6E0", "#3D7FC1", "#7A6FD6", "#2BA6BC", "#B573C9", "#E0602A", "#F0A35E", "#C9405F",
            "#5B9A45", "#ABA23A", "#2F9E7C",
        ),
        0.3,
    ),
}  # fmt: skip
TRIES, OTHER_STEPS = 8, 1500
LATER, HUES = "lru", (300, 316)  # a peer that joined the others, which stay; violet, in degrees


@dataclass(frozen=True)
class Room:
    """The colours that a palette may have: on which ground, in what lightness and chroma."""

    look: Look
    lightness: tuple[float, float]
    chroma: tuple[float, float]
    calm: float = 52.0  # chroma that colours tend to

    def color(self, lch: np.ndarray, floor: float = MARK) -> str | None:
        """Return a colour of lightness, chroma and hue; None if it is not in this room."""
        if not (self.lightness[0] <= lch[0] <= self.lightness[1]):
            return None
        if not (self.chroma[0] <= lch[1] <= self.chroma[1]):
            return None
        code = as_code(lch)
        off = np.abs(rgb2lab(rgb([code]))[0] - lab_of(lch)).max()
        return code if off < 1.5 and contrast(code, self.look.ground) >= floor else None

    def random(self, home: float, wander: float, random: np.random.Generator) -> np.ndarray:
        """Return lightness, chroma and hue of any colour in this room near the hue `home`."""
        while True:
            hue = home + random.uniform(-wander, wander)
            lch = np.array([random.uniform(*self.lightness), random.uniform(*self.chroma), hue])
            if self.color(lch):
                return lch

    def loud(self, lch: np.ndarray) -> float:
        """Return how far a colour is from calm and from the middle of lightness, squared."""
        low, high = self.lightness
        light = (lch[0] - (low + high) / 2) / ((high - low) / 2.5)
        return float(((lch[1] - self.calm) / 18) ** 2 + light**2) / 4


ROOMS = {
    "light": Room(Look(), (30, 59), (32, 72)),
    "dark": Room(Look(dark=True), (47, 88), (26, 62)),
}
SEEDS = {"light": 0, "dark": 14}


def lab_of(lch: np.ndarray) -> np.ndarray:
    """Return lightness, chroma and hue in radians as CIELAB."""
    return np.array([lch[0], lch[1] * np.cos(lch[2]), lch[1] * np.sin(lch[2])])


def as_code(lch: np.ndarray) -> str:
    """Return lightness, chroma and hue as ``#rrggbb``, the nearest that a screen can show."""
    shown = np.clip(lab2rgb(lab_of(lch)[None])[0], 0, 1)
    return "#" + "".join(f"{round(255 * part):02x}" for part in shown)


class Palette:
    """Colours that move apart.

    Parameters
    ----------
    fixed : sequence of str
        Colours that stay.
    homes : sequence of str
        One for each colour that moves.
    """

    def __init__(
        self, room: Room, fixed: list[str], homes: tuple[str, ...], wander: float,
        random: np.random.Generator,
    ) -> None:  # fmt: skip
        self.room, self.fixed, self.wander, self.random = room, len(fixed), wander, random
        labs = rgb2lab(rgb(homes))
        self.homes = np.arctan2(labs[:, 2], labs[:, 1])
        self.places = [room.random(home, wander, random) for home in self.homes]
        self.colors = [*fixed, *map(as_code, self.places)]
        self.views = seen(rgb(self.colors))
        self.apart = np.stack([self._from(view, k) for k, view in enumerate(self._each())])

    def _each(self) -> np.ndarray:
        return self.views.transpose(1, 0, 2)

    def _from(self, view: np.ndarray, place: int) -> np.ndarray:
        """Return the least difference of a colour as seen from each, in any condition."""
        views = np.broadcast_to(view[:, None], self.views.shape)
        apart = deltaE_ciede2000(views, self.views)
        apart[0] *= 0.6  # most people see all colours: what they see differs more
        least = apart.min(0)
        least[place] = np.inf
        return least

    def move(self, share: float) -> None:
        """Move one colour, `share` of the way from the first move to the last."""
        moving = self.apart[self.fixed :]
        crowded = int(moving.min(1).argmin())
        k = int(self.random.integers(len(moving))) if self.random.random() < 0.4 else crowded
        wide = np.array([10, 12, 0.2]) * (1.1 - share)
        lch = self.places[k] + self.random.normal(size=3) * wide
        if self.random.random() < 0.1:
            lch = self.room.random(self.homes[k], self.wander, self.random)
        color = self.room.color(lch)
        if color is None or abs(lch[2] - self.homes[k]) > self.wander:
            return
        place = self.fixed + k
        view = seen(rgb([color]))[:, 0]
        apart = self._from(view, place)
        heat = 2.5 * (1 - share) + 0.25
        before = np.log(np.exp(-self.apart[place] / heat).sum()) + self.room.loud(self.places[k])
        after = np.log(np.exp(-apart / heat).sum()) + self.room.loud(lch)
        if self.random.random() < np.exp((before - after) / 0.02 * (share + 0.2)):
            self.places[k], self.colors[place], self.views[:, place] = lch, color, view
            self.apart[place] = self.apart[:, place] = apart


def find(room: Room, seed: int, steps: int) -> tuple[list[str], float, float]:
    """Return 16 colours, and the least difference among the first ten and among all."""
    random = np.random.default_rng(seed)
    colors: list[str] = []
    least = []
    for homes, wander in ((HOMES[:FIRST], NEAR), (HOMES[FIRST:], FREE)):
        palette = Palette(room, colors, homes, wander, random)
        for step in range(steps):
            palette.move(step / steps)
        colors = palette.colors
        least.append(float(palette.apart.min()))
    return colors, least[0], least[1]


def find_other(room: Room, name: str, quick: bool) -> tuple[list[str], float]:
    """Return the best palette of `TRIES` for a key of `OTHERS`, and the least difference in it."""
    homes, wander = OTHERS[name]
    steps = QUICK_STEPS if quick else OTHER_STEPS
    found = []
    for seed in range(1 if quick else TRIES):
        palette = Palette(room, [], homes, wander, np.random.default_rng(seed))
        for step in range(steps):
            palette.move(step / steps)
        found.append((palette.colors, float(palette.apart.min())))
    return max(found, key=lambda one: one[1])


def find_later(room: Room) -> tuple[str, float]:
    """Return the colour of `LATER` that differs most from the other peers', and how much."""
    marks = [two[room.look.dark] for name, (*two, _) in PEER_MARKS.items() if name != LATER]
    places = product(
        np.arange(room.lightness[0], room.lightness[1] + 1, 3),
        np.arange(room.chroma[0], room.chroma[1] + 1, 5),
        np.radians(range(*HUES, 5)),
    )
    found = (room.color(np.array(place)) for place in places)
    colors = [color for color in found if color]
    views, others = (seen(rgb(some)) for some in (colors, marks))
    views = views[:, :, None].repeat(len(marks), 2)
    apart = deltaE_ciede2000(views, others[:, None].repeat(len(colors), 1)).min((0, 2))
    return colors[apart.argmax()], float(apart.max())


def readable(color: str, look: Look) -> str:
    """Return the colour, moved in lightness until text in it has the contrast `TEXT`."""
    light, a, b = rgb2lab(rgb([color]))[0]
    lch = np.array([light, np.hypot(a, b), np.arctan2(b, a)])
    while min(contrast(color, ground) for ground in (look.ground, look.panel)) < TEXT:
        lch[0] += 0.5 if look.dark else -0.5
        color = as_code(lch)
    return color


def main(arguments: list[str]) -> None:
    """Print the tables of `rnndemo/plots/look/colors.py`, for both grounds."""
    parser = parser_of("palette")
    parser.add_argument("--tries", type=int, default=1, help="seeds to try, from the one in use on")
    options = parser.parse_args(arguments)
    steps = QUICK_STEPS if options.quick else STEPS
    for name, room in ROOMS.items():
        for seed in range(SEEDS[name], SEEDS[name] + options.tries):
            colors, ten, all_ = find(room, seed, steps)
            print(f"{name}, seed {seed}: differ by {ten:.1f} (ten), {all_:.1f} (sixteen)")
            print("  marks", *colors)
            print("  text ", *(readable(color, room.look) for color in colors), flush=True)
        for other in OTHERS:
            colors, least = find_other(room, other, options.quick)
            print(f"{name}, {other}: differ by {least:.1f}")
            print(" ", *colors, flush=True)
        color, least = find_later(room)
        print(f"{name}, {LATER}: differs by {least:.1f} from the other peers: {color}", flush=True)
