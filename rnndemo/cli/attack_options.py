"""What the command line takes for ``attack`` and ``certify``; it imports nothing that is slow."""

from __future__ import annotations

import argparse
from collections.abc import Callable

ATTACKED = """\
fgsm: one step of full size along the gradient. pgd: many small ones, from a random start. row: a
single row of the picture, whichever makes the answer wrong; with --epsilon 1 it may become
anything. noise: random changes of the same size, as a control. EPSILON: the largest change of a
pixel, where 1 is the distance from black to white (linf), or the length of all changes (l2).

accuracy is the share answered right, attacked the share still right under attack, with 95 %
intervals (Wilson). A blank drawing, and a label that the model does not have, count as answered
wrong. Without any labels accuracy is null, and attacked is the share of answers that stay."""

CERTIFIED = """\
The smoothed model answers what the model answers most often under normal noise of deviation SIGMA
(Cohen et al. 2019). accuracy is the share of drawings whose answer is right, and certain to stay:
no change shorter than radius (L2) alters it, with a confidence of 99.9 % for each drawing. N noisy
pictures bound each answer, and 100 more choose it. More samples reach further. Where nothing is
certain the smoothed model abstains. Without any labels accuracy is the share that is certain."""


def add(
    command: Callable[[str, str, str], argparse.ArgumentParser],
    add_model: Callable[[argparse.ArgumentParser], None],
    inputs: str,
) -> None:
    """Add both commands.

    Parameters
    ----------
    command : callable
        (name, what it does, text below its options) -> the parser of a new command.
    add_model : callable
        Adds the option that names a model.
    inputs : str
        What an INPUT is.
    """
    for name, what, below, options in (
        ("attack", "Measure a model on attacked drawings.", ATTACKED, _add_attack),
        ("certify", "Measure how far answers are certain to stay.", CERTIFIED, _add_certify),
    ):
        added = command(name, what, f"{inputs}\n\n{below}")
        add_model(added)
        options(added)


def _add_attack(attack: argparse.ArgumentParser) -> None:
    attack.add_argument("--attack", required=True, metavar="fgsm|pgd|row|noise")
    attack.add_argument("--norm", default="linf", metavar="linf|l2", help="linf by default")
    attack.add_argument("--epsilon", required=True, type=float, metavar="E")
    attack.add_argument(
        "--steps", type=int, default=40, metavar="N", help="of pgd and row; 40 by default"
    )
    attack.add_argument(
        "--restarts", type=int, default=1, metavar="R",
        help="how often pgd, row and noise may begin at random; 1 by default",
    )  # fmt: skip
    _add_behind(attack)


def _add_certify(certify: argparse.ArgumentParser) -> None:
    certify.add_argument(
        "--sigma", required=True, type=float, metavar="S", help="deviation of the noise"
    )
    certify.add_argument(
        "--samples", type=int, default=1000, metavar="N", help="noisy pictures; 1000 by default"
    )
    _add_behind(certify)


def _add_behind(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--defence", default="none", metavar="NAME",
        help="what is done to pictures before the model reads them, known to the attack: binarise, "
        "denoise, recentre, average or none, the default",
    )  # fmt: skip
    command.add_argument("--seed", type=int, default=0, metavar="S", help="0 by default")
    command.add_argument("input", metavar="INPUT")
