"""`tongue`: whether a message is English or Spanish."""

from __future__ import annotations

import re
import unicodedata

SPANISH = "es"
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_SPANISH = frozenset(
    "yo tu el ella ellos nosotros la los las lo un una unos unas mi mis me te se nos le les de del al que y o en "
    "con por para sin sobre pero porque cuando donde como esta este esto eso esa estoy estas estan estamos soy "
    "eres es son fue fui era muy mas ya si tambien siempre nunca nada nadie algo todo toda todos tengo tiene "
    "tienes he ha han hay hace hola gracias buenas buenos dias noches adios vale bueno claro dale quiero quiere "
    "puedo puede siento siente ayer hoy manana trabajo casa madre padre mama papa hijo hija hermana hermano amigo "
    "amiga novio novia triste feliz solo sola cansada cansado ayuda ayudame perdi murio dejo ojala tal bien mal "
    "mucho mucha hasta luego chao pues vez cada semana mes anoche jefe familia vida miedo rabia pena lloro llorar "
    "dormir pensar hablar necesito creo deja hago quien cual otra otro gente cosa cosas despues antes ahora aqui "
    "alli nuestro su sus ser hemos perdido perdida abuela abuelo abuelos nieto nieta quede desde vivo consejo consejos "
    "digas nacio nacido aprobado conseguido ganado duele falta "
    "estar tener hacer decir mejor peor duermo extrano tus callate".split()
)
_BOTH = frozenset("no me he a is o son hay solo real me mi".split())
"""Words that both languages write alike."""
_ENGLISH = frozenset(
    "i you he she it we they the a an my your his her our to of is am are was were in on at me this that not do don't "
    "for have has had be been and but so because with what how why when who i'm i've it's can't just really very feel "
    "hello hi thanks yes please sorry".split()
)


def plainly(text: str) -> tuple[str, ...]:
    """Lower-case words without accents ("Estás" gives "estas"; "ñ" gives "n")."""
    return tuple(_LETTERS.findall(unaccented(text.lower().replace("’", "'"))))


def unaccented(text: str) -> str:
    """The letters without their accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def tongue(text: str) -> str:
    """`en`, `es`, or empty where the words do not tell ("ok", another language)."""
    said = plainly(text)
    spanish = sum(word in _SPANISH and word not in _BOTH for word in said)
    english = sum(word in _ENGLISH and word not in _BOTH for word in said)
    if any(mark in text for mark in "¿¡ñÑ"):
        spanish += 2
    if spanish > english and spanish >= max(1, len(said) // 6):
        return "es"
    return "en" if english else ""
