"""The forms that other packages expect, one file each, all printed from the same page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from refactorer.frameworks import autograd, jax, scipy, sklearn, thinc_layer, thinc_loss, torch
from refactorer.frameworks.parts import FormText, is_standard
from refactorer.printing.names.aliases import is_import
from refactorer.printing.page import Page
from refactorer.reading.contents import Definition

FORMS: Mapping[str, Callable[[Page], FormText]] = {
    "scipy": scipy.form,
    "sklearn": sklearn.form,
    "thinc-layer": thinc_layer.form,
    "thinc-loss": thinc_loss.form,
    "jax": jax.form,
    "torch": torch.form,
    "autograd": autograd.form,
}


def among(form: FormText, around: Sequence[Definition]) -> list[Definition]:
    """Return the definitions around a function with the imports of a form, where imports stand."""
    offered = {name for d in form.imports for name in d.names}
    rest = [d for d in around if not is_import(d) or not offered.issuperset(d.names)]
    own = [*takewhile(is_import, rest)]
    first = [d for d in form.imports if is_standard(d.source) or d.source.startswith("import ")]
    later = [d for d in form.imports if d not in first]
    return [*first, *own, *later, *rest[len(own) :]]
