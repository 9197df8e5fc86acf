"""The algebra behind the rule CollectTerms: like terms are merged, and work is done once.

A value is written in index notation, as in Einstein's: an array is a factor with a label for each
axis, X[i, j], and every value is a sum of products of powers of such factors, summed over the
labels that the result lacks. In this normal form, equal values look equal.

The way of a backward part through the folders:

- `reading`: from NumPy text to the normal form;
- `normal_form`: sums of products, and what can be told of them by itself (like terms, zeros);
- `search`: the cheapest expression for such a value, over the names that can be read;
- `index_notation`: these expressions, and what they cost;
- `blocks`: which values get a name, what several expressions share, the order of the lines;
- `writing`: from expressions to NumPy text.

`collect.collected` goes this way from one end to the other.
"""
