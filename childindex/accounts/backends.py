"""Who is signed in, read by a statement that is planned once: every page asks."""

from __future__ import annotations

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend

from childindex.models import User
from childindex.prepared import Prepared


class Accounts(AuthenticationBackend):
    """allauth's sign-in, but for how an account is read."""

    def get_user(self, user_id: int) -> User | None:
        """The account that may use the site, or None."""
        columns = _columns()
        for row in _account().rows(id=user_id):
            user = User.from_db("default", columns, row)
            return user if self.user_can_authenticate(user) else None
        return None


@cache
def _columns() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@cache
def _account() -> Prepared:
    columns = ", ".join(f'"{field.column}"' for field in User._meta.concrete_fields)
    return Prepared("account", f'SELECT {columns} FROM "{User._meta.db_table}" WHERE id = %(id)s', id="bigint")
