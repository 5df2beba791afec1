"""Letters to children's homes: templates, one letter, a mailing, and whom nobody writes to."""
