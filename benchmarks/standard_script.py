"""python -m benchmarks.standard_script: MNIST by an LSTM, as commonly copied scripts train it.

A data set that turns each picture into a normalised tensor when it is read, a batch loader,
Adadelta with a rate that falls after every epoch, and a test after each: the procedure and numbers
of ``mnist_rnn`` among PyTorch's examples. The example's network has batch normalisation, dropout
and two output layers (``--network example``); ``linear`` has one. Adam (``--optimizer adam``) is a
stronger rival.

The script prints one JSON object per epoch, and ends at the requested accuracy.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import ConcatDataset, DataLoader, Dataset
from torchvision import transforms

from rnndemo.data.sets import ImageSet
from rnndemo.data.sources.digits import load_digits

EPOCHS, BATCH, TEST_BATCH = 14, 64, 1000
RATE_FALLS = 0.7
MEAN, DEVIATION = 0.1307, 0.3081  # of all pixels of MNIST
HIDDEN, BETWEEN, CLASSES, SIDE = 64, 32, 10, 28
QUICK_IMAGES = 1280


class Digits(Dataset[tuple[Tensor, int]]):
    """Pictures, transformed one at a time when they are read."""

    def __init__(self, part: ImageSet) -> None:
        self.images, self.labels = part.images.numpy(), part.labels.tolist()
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize((MEAN,), (DEVIATION,))]
        )

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Return one picture ``(1, 28, 28)`` and its class."""
        return self.transform(Image.fromarray(self.images[index])), self.labels[index]


HEADS = {
    "linear": lambda: nn.Linear(HIDDEN, CLASSES),
    "example": lambda: nn.Sequential(
        nn.BatchNorm1d(HIDDEN), nn.Dropout(0.25), nn.Linear(HIDDEN, BETWEEN), nn.ReLU(),
        nn.Dropout(0.5), nn.Linear(BETWEEN, CLASSES),
    ),
}  # fmt: skip

# Adadelta as in the example, and its common replacement at the default rate
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "adadelta": partial(torch.optim.Adadelta, lr=0.1),
    "adam": torch.optim.Adam,
}


class Network(nn.Module):
    """An LSTM that reads rows, and a head for its last state."""

    def __init__(self, head: str) -> None:
        super().__init__()
        self.lstm = nn.LSTM(SIDE, HIDDEN, batch_first=True)
        self.head = HEADS[head]()

    def forward(self, images: Tensor) -> Tensor:
        """Return logits ``(batch, 10)`` for pictures ``(batch, 1, 28, 28)``."""
        hidden, _ = self.lstm(images.reshape(-1, SIDE, SIDE))
        return self.head(hidden[:, -1])


def train_epoch(
    model: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]], optimizer: Optimizer
) -> None:
    """Train on every picture once."""
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()


def test(model: nn.Module, loader: DataLoader[tuple[Tensor, Tensor]]) -> float:
    """Return the share of right answers."""
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            right += int((model(images).argmax(1) == labels).sum())
            count += len(labels)
    return right / count


def main(arguments: list[str]) -> None:
    """Train until the requested accuracy or the last epoch."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.standard_script")
    parser.add_argument("--accuracy", type=float, default=0.97)
    parser.add_argument("--network", choices=HEADS, default="linear")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default="adadelta")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    data = load_digits()
    parts = [data.train, data.validation, data.test]
    if options.quick:
        parts = [part.take(torch.arange(QUICK_IMAGES)) for part in parts]
    train, more, tested = map(Digits, parts)
    # all 60,000, as torchvision's MNIST has them
    train_loader = DataLoader(ConcatDataset([train, more]), batch_size=BATCH, shuffle=True)
    test_loader = DataLoader(tested, batch_size=TEST_BATCH)
    model = Network(options.network)
    optimizer = OPTIMIZERS[options.optimizer](model.parameters())
    schedule = StepLR(optimizer, step_size=1, gamma=RATE_FALLS)
    for epoch in range(1, options.epochs + 1):
        train_epoch(model, train_loader, optimizer)
        accuracy = test(model, test_loader)
        print(json.dumps({"epoch": epoch, "accuracy": accuracy}), flush=True)
        if accuracy >= options.accuracy:
            return
        schedule.step()


if __name__ == "__main__":
    main(sys.argv[1:])
