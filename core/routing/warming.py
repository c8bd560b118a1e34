"""What plans and repairs are searched with, compiled or read back before anybody needs it."""

from core.routing.kernel.kept import compiled_before


def warm_up() -> None:
    """Compile, or read back what was compiled before: for the rest of a day, then for a morning."""
    from core.routing import engine_kernel, engine_midday

    engine_midday.warm_up()
    engine_kernel.warm_up()


def is_compiled() -> bool:
    """Return whether this machine has compiled both before, from these sources."""
    return compiled_before("midday") and compiled_before("kernel")


__all__ = ["is_compiled", "warm_up"]
