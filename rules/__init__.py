"""The catalogue of rules, in the order in which they are applied.

Each rule rewrites an adjoint (`refactorer/adjoint.py`) and keeps its gradient. `refactorer/rule.py`
says what a rule is; the examples in each of them are its documentation and its tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .add_in_place import AddInPlace
from .collect_terms import CollectTerms
from .drop_aliases import DropAliases
from .drop_assertions import DropAssertions
from .drop_axes import DropAxes
from .drop_broadcasts import DropBroadcasts
from .drop_casts import DropCasts
from .drop_copies import DropCopies
from .drop_dead_code import DropDeadCode
from .fold_constants import FoldConstants
from .gather_parts import GatherParts
from .inline_add_at import InlineAddAt
from .inline_formulas import InlineFormulas
from .inline_matmul import InlineMatmul
from .inline_new_axes import InlineNewAxes
from .inline_sizes import InlineSizes
from .inline_temporaries import InlineTemporaries
from .inline_unbroadcast import InlineUnbroadcast
from .inline_unreduce import InlineUnreduce
from .merge_add_grad import MergeAddGrad
from .merge_puts import MergePuts
from .move_transposes import MoveTransposes
from .name_cotangents import NameCotangents
from .plain_numpy import PlainNumpy
from .read_entries import ReadEntries
from .read_sizes import ReadSizes
from .split_forward_backprop import SplitForwardBackprop
from .unpack_lists import UnpackLists
from .unpack_seed import UnpackSeed
from .use_methods import UseMethods

if TYPE_CHECKING:
    from refactorer.rule import Rule

PIPELINE: tuple[type[Rule], ...] = (
    # What tangent wrote becomes plain NumPy.
    DropAssertions,
    UnpackSeed,
    FoldConstants,
    InlineNewAxes,
    UnpackLists,
    InlineFormulas,
    InlineAddAt,
    DropCasts,
    DropAliases,
    UnpackLists,
    ReadEntries,
    InlineUnreduce,
    InlineMatmul,
    InlineUnbroadcast,
    InlineSizes,
    PlainNumpy,
    DropBroadcasts,
    ReadSizes,
    # One expression for each cotangent.
    DropDeadCode,
    InlineTemporaries,
    DropAxes,
    MergeAddGrad,
    MergePuts,
    MoveTransposes,
    # Fewer and cheaper operations, on values that the forward part has computed.
    CollectTerms,
    AddInPlace,
    DropCopies,
    GatherParts,
    # The names and the layout that a person would choose.
    UseMethods,
    NameCotangents,
    SplitForwardBackprop,
)
