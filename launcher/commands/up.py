"""``./run``: set up what is missing, start everything, keep it running until told to stop."""

from launcher.console import Console
from launcher.engines import EngineSet
from launcher.environment import ensure_environment
from launcher.errors import LauncherError
from launcher.instance import COMMAND, STACK, Instance, Note
from launcher.layout import Layout
from launcher.ports import Ports
from launcher.services import stack_services
from launcher.stack import Manage, prepare, stack_environment
from launcher.supervisor import StopRequested, Supervisor, finish_undisturbed, stop_on_signals
from launcher.system import ensure_pdf


def up(layout: Layout, _words: list[str]) -> int:
    """Run the whole stack; answers 0 when it was asked to stop."""
    console = Console()
    instance = Instance(layout.data)
    if not instance.take(STACK):
        raise LauncherError(describe_holder(instance.holder(), instance))
    stop_on_signals()
    try:
        _run(layout, instance, console)
    except StopRequested:
        console.say("Stopped.")
    finally:
        finish_undisturbed()
        instance.release()
    return 0


def describe_holder(note: Note | None, instance: Instance) -> str:
    """Say who works on the data, so that the person can find it."""
    if note is None:
        return f"{instance.data} was in use until just now; try again."
    if note.kind == COMMAND:
        return f"A management command (pid {note.pid}) works on {instance.data}; wait for its end."
    where = f" at {note.address}" if note.address else ""
    return (
        f"Claimline already runs on {instance.data}: pid {note.pid}{where}. "
        "Stop it with ./run stop, or start a second one with --data DIR --port N."
    )


def _run(layout: Layout, instance: Instance, console: Console) -> None:
    ports = Ports()  # kept until the stack ends
    layout = ports.choose(layout)
    console.say(f"Claimline on {layout.address}, data in {layout.data}")
    ensure_environment(layout, console)
    ensure_pdf(layout, console)
    engine_set = EngineSet(
        data=layout.data, environment=layout.virtual_environment, report=console.step
    )
    supervisor: Supervisor | None = None
    try:
        engines = engine_set.start()
        instance.announce(layout, engines)
        environment = stack_environment(layout, engines)
        manage = Manage(layout, environment)
        prepare(layout, manage, console)
        supervisor = Supervisor(stack_services(layout, environment), console)
        with console.step("Starting simulator, web, worker and beat"):
            supervisor.start()
        sign_ins = manage.read("demo_sign_ins").rstrip()
        console.say(f"\nClaimline is ready: {layout.address}\n\n{sign_ins}\n")
        console.say("Ctrl-C (or ./run stop) stops everything; the data stays.")
        supervisor.watch(engine_set.children)
    finally:
        finish_undisturbed()
        console.say("\nStopping ...")
        if supervisor is not None:
            supervisor.stop()
        engine_set.stop()
