# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give templates the address of an asset, a block once more, and the time of day as HTML."""

from datetime import date, datetime

from django import template
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.formats import date_format
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from hedgerow.site.assets import assets

register = template.Library()


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    return assets()[name].url


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """Render a block of the page once more, as one line of text without mark-up.

    The title of a page must begin with its heading; this way both come from one block.
    """
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    text = strip_tags(block.render(context))
    # The block was rendered with escaping on, and removing tags cannot undo that.
    return mark_safe(" ".join(text.split()))  # noqa: S308  # nosec


@register.simple_tag
def when(moment: date | datetime, style: str = "DATE_FORMAT") -> SafeString:
    """Return a day or a moment as a `time` element in the reader's language."""
    shown = localtime(moment) if isinstance(moment, datetime) else moment
    return format_html(
        '<time datetime="{}">{}</time>', shown.isoformat(), date_format(shown, style)
    )
