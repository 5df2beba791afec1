"""Children whom the index may have twice: proposed by a sweep and by every change, decided by a person."""
