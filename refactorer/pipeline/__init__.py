"""The way of a request through the worker, from the file to a draft of the printed text.

`run.refactor` is where it starts. It reads the function (`work.Work`, made in `preparing` and
`asked`), chooses the ranks and values that the code is written for (`choosing`), and has the code
written for each choice (`drafting`): tangent's adjoint goes through the rules, each of which is
judged (`differentiating`), and the last adjoint is printed (`emitting`).
"""
