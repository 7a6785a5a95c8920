"""Words that carry an answer and say nothing of their own: "my number is ... please"."""

from __future__ import annotations

from typing import Final

CARRIERS: Final = frozenset(
    "my number is its it account order the id code reference that would be this here heres one two want to about i "
    "have got a an for of and im calling with me say said sorry wait hi hello please thanks im id in not but "
    "mi numero es el la los las de un una cuenta pedido codigo quiero que esto eso aqui soy tengo por favor hola "
    "gracias perdon en no pero con".split()
)
