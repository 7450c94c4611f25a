# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the vectors of letter-boxes of conversations with strangers, and of elections."""

from hedgerow.engines.vault import letterbox, letters, observing
from hedgerow.engines.vault import primitives as p
from tools.vector_parts import Json, Seeded


def letterbox_scenario(random: Seeded) -> Json:
    """Write what a letter-box keeps, and where."""
    hold, carry, drop, seed = random(32), random(32), random(32), random(32)
    older, number, address = random(32), random(16), "help"
    secret = letterbox.conversation_secret(carry, address, number)
    part = letterbox.ServersPart(p.sealing_keys(seed).public, drop)
    title = letterbox.ConversationTitle(random(32), random(32), "Порт")
    return {
        "hold": hold.hex(),
        "carry": carry.hex(),
        "address": address,
        "seeds": [seed.hex(), older.hex()],
        "number": number.hex(),
        "box_tag": letterbox.box_tag(hold, address).hex(),
        "box_key": letterbox.box_key(hold).hex(),
        "servers_part": letterbox.encode_part(part).hex(),
        "letter_tag_4095": letterbox.letter_tags(drop, [4095])[0].hex(),
        "letter_key": letterbox.letter_key(drop).hex(),
        "conversation": secret.hex(),
        "receipt": letterbox.encode_receipt(letterbox.Receipt(secret, address)).hex(),
        "keys_record": (drop + letterbox.encode_seeds([seed, older])).hex(),
        "title_field": letterbox.encode_conversation(title).hex(),
        "erased": letterbox.encode_erased({0, 9, 199}).hex(),
    }


def letter_scenario(random: Seeded) -> Json:
    """Write one message of a conversation; the two sealed keys stand for any."""
    secret, key, expiry_key = random(32), random(32), random(32)
    message = letters.Message(
        letters.Side.STRANGER, 29_450_000, letters.What.TEXT, b"They sacked me"
    )
    inner = letters.seal_text(message, key=key, expiry_key=expiry_key, random=random)
    peeled = letters.Peeled(
        random(letters.SEALED_KEY_BYTES), random(letters.SEALED_KEY_BYTES), inner
    )
    return {
        "secret": secret.hex(),
        "number": 7,
        "key": key.hex(),
        "expiry_key": expiry_key.hex(),
        "row_id": letters.message_id(secret, 7),
        "message": letters.encode_message(message).hex(),
        "for_team": peeled.for_team.hex(),
        "for_stranger": peeled.for_stranger.hex(),
        "inner": inner.hex(),
        "box": letters.wrap(peeled, secret=secret, number=7, random=random).hex(),
    }


def election_scenario(random: Seeded) -> Json:
    """Write what an election keeps: server's part, a code's row and card, a device, a figure."""
    hold, secret, code = random(32), random(32), random(32)
    address = "m-2021"
    row = observing.CodeRow(observing.observer_secret(secret, 31), 31, address)
    card = observing.CodeCard(random(32), p.sub(code, "row"), 12_345)
    part = observing.ElectionPart(400, 18_890, 2_700)
    figure = observing.Figure(observing.Act.SHEET, 27_201_600, 12_345, 3, (1_204, -1, 0, 355))
    return {
        "hold": hold.hex(),
        "secret": secret.hex(),
        "code": code.hex(),
        "address": address,
        "number": 31,
        "box_address": observing.box_address(address),
        "conversation": row.secret.hex(),
        "part_tag": observing.election_tag(hold, address).hex(),
        "part_key": observing.election_key(hold).hex(),
        "servers_part": observing.encode_part(part).hex(),
        "row": observing.encode_row(row).hex(),
        "card": observing.encode_card(card).hex(),
        "device": observing.seal_device(hold, code, random=random).hex(),
        "figure_tag_7": observing.figure_tags(hold, address, [(31, 7)])[0].hex(),
        "figure": observing.encode_figure(figure).hex(),
    }
