# SPDX-License-Identifier: AGPL-3.0-or-later
"""Render Django's forms with the site's own parts."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Render `{{ form }}` and `{{ form.field.as_field_group }}` by the parts of the site."""

    form_template_name = "parts/form_fields.html"
    field_template_name = "parts/field.html"
