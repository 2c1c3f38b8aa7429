"""What tests of imports and exports of labels stand on."""

from io import StringIO

from django.core.management import call_command

from tests import factories as make


def run(path, **options):
    out = StringIO()
    options = {"policy": "weapons", "source": "shop", "stdout": out, "stderr": StringIO()} | options
    call_command("import_labels", str(path), **options)
    return out.getvalue()


def numbers(said, what="labels"):
    """Return seen, taken, imported before, not taken."""
    line = next(line for line in said.splitlines() if f" {what}: " in line)
    return [int(word) for word in line.replace(".", "").replace(",", "").split() if word.isdigit()]


def lines_in(folder):
    """Return a function that writes lines under a header into a file of the folder."""

    def write(*lines, header="item,labeler,label", name="labels.csv"):
        path = folder / name
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    return write


def two_must_agree():
    """A policy, and the images a, b, c, about which nobody was asked yet."""
    made = make.policy(required_opinions=2, slice_opinions=2)
    make.source("shop", made)
    for name in "abc":
        make.image(name)
    return made


def current(name):
    return make.image(name).decisions.filter(withdrawal=None).first()


def entry(policy, name):
    return make.open_entries(policy).filter(image=make.image(name)).first()
