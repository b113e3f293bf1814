"""Negations: words that an omission must never swallow, since what is left would say the contrary."""

import re

from sitegen.judging.folding import HYPHEN_OR_NOT, fold
from sitegen.judging.patterns import LatePattern

_ENGLISH = (
    r"no|not|nor|none|zero|nil|never|neither|nobody|no[ -]?one|nothing|nowhere|nay|without|cannot|hardly|scarcely|barely|"
    r"rarely|seldom|unless|except|unable|unlikely|impossible|untrue|false|falsely|"
    r"lacks?|lacked|lacking|fail(?:s|ed|ing|ure)?|refus(?:e|es|ed|ing|al)|den(?:y|ies|ied|ying|ial)|"
    r"far[ ]from|anything[ ]but|rather[ ]than|instead[ ]of|"
    r"(?:ai|are|ca|could|did|does|do|had|has|have|is|might|must|need|sha|should|was|were|wo|would)nt"
)
_EUROPEAN = (
    r"nicht|kein|keine[mnrs]?|nie|niemals|niemand|nirgends|weder|ohne|nichts|kaum|"
    r"ne|pas|jamais|sans|aucune?|rien|personne|non|ni|guère|nullement|"
    r"nunca|jamás|sin|ningun[ao]s?|ningún|nada|nadie|tampoco|"
    r"mai|senza|nessun[oa]?|nulla|né|não|nem|sem|nenhuma?|ninguém|"
    r"niet|geen|nooit|zonder|inte|ej|ingen|inget|inga|aldrig|utan|ikke|aldri|uten|uden|"
    r"nigdy|bez|žádn\w+|ani|nem|soha|не|ни|нет|без|никогда|ничего|никто|ні|немає|ніколи|"
    r"nikdy|není|nejsou|nebyl[aiyo]?|nemá|nikdo|nic|nije|nisu|nema|neće|nikada?|ništa|nikoli|няма|никога|"
    r"nu|fără|niciodată|nimic|nincs|sincs|ei|eivät|eikä|mitte|ekki|nav|nėra|değil|yok|hiç|asla|"
    r"δεν|δε|μην?|ποτέ|χωρίς|όχι|κανείς|không|chưa|chẳng|đừng|tidak|bukan|tanpa|jangan|belum|"
    r"لا|ليس|ليست|لم|لن|غير|بدون|نیست|نه|هرگز|نہیں|לא|אין|אינ[והם]|בלי|מעולם|"
    r"नहीं|मत|बिना|না|নেই|নয়|இல்லை|안|못"
)
_UNSPACED = "[不没沒未非無无勿別别]|ない|なかっ|なく|ません|않|아니|못하|없|ไม่"

# An underscore is emphasis in Markdown, no letter.
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_NEGATION = LatePattern(
    rf"{_BEGIN}(?:{_ENGLISH}|{_EUROPEAN}){_END}|n't{_END}|{_BEGIN}n'|{_BEGIN}(?:non|un|anti)-|{_UNSPACED}",
    re.IGNORECASE,
)
# Accents typed for an apostrophe are no typography, but they hide nothing either: don`t.
_APOSTROPHES = str.maketrans("`\u00b4", "''")


def has_negation(text: str) -> bool:
    """Whether a text holds a word that turns what is said into its contrary.

    English well, other languages by their commonest words: too many rather than too few, for the price of a mistake
    here is only a quotation that has to be split in two.
    """
    folded = fold(text).text.translate(_APOSTROPHES)
    return any(_NEGATION.compiled.search(folded.replace(HYPHEN_OR_NOT, reading)) for reading in ("", "-"))
