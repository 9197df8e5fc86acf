from thinc.api import get_array_module, registry
from thinc.loss import Loss
from thinc.types import Floats2d


class CosineLossRows(Loss):
    def __init__(self, *, normalize: bool = True) -> None:
        self.normalize = normalize

    def __call__(self, guess: Floats2d, truth: Floats2d) -> tuple[Floats2d, float]:
        if guess.shape != truth.shape:
            raise ValueError(
                f"guess and truth do not fit: {guess.shape} and {truth.shape}"
            )
        xp = get_array_module(guess)
        # a little is added everywhere, so that no row has length zero
        guess = guess + 1e-8
        truth = truth + 1e-8
        guess_norm = xp.linalg.norm(guess, axis=1, keepdims=True)
        truth_norm = xp.linalg.norm(truth, axis=1, keepdims=True)
        norms = guess_norm * truth_norm
        dot = (guess * truth).sum(axis=1, keepdims=True)
        cosine = dot / norms
        one_minus_cosine = 1 - cosine
        loss = xp.abs(one_minus_cosine).sum()
        slope = xp.sign(one_minus_cosine) / norms
        d_guess = slope * ((dot / guess_norm**2) * guess - truth)
        if self.normalize:
            return d_guess / len(guess), loss / len(guess)
        return d_guess, loss

    def get_grad(self, guess: Floats2d, truth: Floats2d) -> Floats2d:
        return self(guess, truth)[0]

    def get_loss(self, guess: Floats2d, truth: Floats2d) -> float:
        return self(guess, truth)[1]


@registry.losses("CosineLossRows.v1")
def configure_CosineLossRows(*, normalize: bool = True) -> CosineLossRows:
    return CosineLossRows(normalize=normalize)
