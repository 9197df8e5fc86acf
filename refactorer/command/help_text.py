"""What --help shows below the options: styles, examples, exit codes."""

from __future__ import annotations

EPILOG = """
\b
Styles:
  callback        return out, backprop  (get_dX where one input is asked for)
  callbacks       return out, (get_dX, get_dY)
  grad            one function d_NAME(..., d_out=1.0) that returns the gradient
  value-and-grad  NAME itself returns (out, gradient), for scipy.optimize with jac=True
  scipy           fun(x, *args) -> (f, g) of one vector x, into which arrays are packed
  sklearn         a class with loss, gradient and loss_gradient, of coefficients, data and labels
  thinc-layer     a Model of thinc, whose parameters are the arguments that --params names
  thinc-loss      a Loss of thinc, of guesses and truths
  jax             a jax.custom_vjp
  torch           a torch.autograd.Function
  autograd        a primitive of autograd, and its VJPs

\b
Examples:
  refactor-grad losses.py:cosine_loss
  refactor-grad losses.py:cosine_loss --wrt X,Y --style callbacks
  refactor-grad layers.py:affine --wrt all --shape X=n,i --shape W=o,i --shape b=o
  refactor-grad losses.py:nll --shape labels=n --at 'labels=np.arange(n) % 3'
  refactor-grad losses.py:cosine_loss --steps -o cosine_loss.py
  refactor-grad losses.py:cosine_loss -o cosine_loss.py --emit-test test_cosine_loss.py
  refactor-grad -i losses.py:cosine_loss layers.py:affine --wrt all
  refactor-grad --check 'src/**/*.py'
  refactor-grad losses.py:cosine_loss --against by_hand.py:cosine_loss --diff

\b
Exit codes:
  0    printed and verified, or judged right (--against)
  1    refused: it cannot be done, or cannot be verified; judged wrong (--against); something would
       change (--diff)
  2    usage: options, file, name, syntax
  3    a defect of the tool itself (a log is kept and named)
  4    it could not be judged (--against)
  130  interrupted
"""
