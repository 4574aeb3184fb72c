"""The mathematics of planning: a problem in, a plan out; pure.

What asks and answers is light and imported with the window; what calculates has numpy at its top and is imported late,
by who calculates: `practical` in its functions, and `planning` where it asks `calculate`.

- What is asked and answered: `problem`, `answer`; `objective` scores an answer. `calculate` is the one way from one to
  the other, and chooses between what follows. `instance` reads problems from files.
- Any amounts, exactly: `fill` spreads money over classes and then within them, and says where that is the whole plan.
- Whole lots, in arrays (`model`): `search` rounds the continuous minimum (`relaxation`), exchanges lots (`swaps`,
  on a `trial`), compares all plans near a good one (`nearby`), proves how much may be missed (`bound`) and puts right
  what floats got wrong.
- Small problems: `exact` looks at everything that may be better, by `closest` on an expansion of the score.
- Into the bands: `bands`, made cheaper by `exchanges`. It and `nearby` build programmes for HiGHS with `mixed`, in
  which `rules` are the rules of plans; `relaxation` has one as its second way.
- Withdrawals: `raising` says what can be raised, `limits` sells no more than that takes.
- Few trades: `practical` is the door, to a limit on their number as well as to the control from few to close. A problem
  is a `programme` of columns and rows; `sparse` looks for the best sets of trades, each judged by a `quadratic`
  programme; `sizing` makes amounts exact; `proof` says what nothing can be better than.
- Words for people: `limits` says why a trade is not larger, from the margins of one lot more.
"""
