"""Finding one child: understand what was asked, fetch the few it could be, score them and say why.

`search` is the door. It promises that nothing behind a shield moves a result, a count or an order for somebody who may
not see behind shields: hidden keys are never asked for, hidden fields are neither compared nor filtered by.
"""
