"""What in somebody's files, lists and searches looks like trying out who is in the index.

Each finder says so in a sentence, with numbers and without anything of any child's, from what the person sent and what
is kept of it. `finding` looks at a whole day, `alerts` tells at once of what is flagrant. Nothing here accuses or
refuses anybody: people ask.
"""
