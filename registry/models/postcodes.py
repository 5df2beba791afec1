"""Postcodes, as the Office for National Statistics publishes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded


@recorded()
class Postcode(models.Model):
    """One postcode and where it lies. Terminated postcodes are kept: old addresses use them."""

    postcode = models.CharField(_("postcode"), max_length=8, unique=True)
    easting = models.IntegerField(_("easting"), null=True, blank=True)
    northing = models.IntegerField(_("northing"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    la_code = models.CharField(_("local authority code"), max_length=9, blank=True)
    ward_code = models.CharField(_("ward code"), max_length=9, blank=True)
    lsoa_code = models.CharField(_("LSOA code"), max_length=9, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    introduced = models.CharField(_("introduced"), max_length=6, blank=True, help_text=_("Year and month, YYYYMM."))
    terminated = models.CharField(_("terminated"), max_length=6, blank=True, help_text=_("Year and month, YYYYMM."))

    history = history()

    class Meta:
        ordering: ClassVar = ["postcode"]

    def __str__(self) -> str:
        return self.postcode
