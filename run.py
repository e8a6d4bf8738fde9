#!/usr/bin/env python3
"""Moyai's two commands, and the rest of them:

    python3 run.py up        start the system (the first time: install it and load the sample region)
    python3 run.py test      run every test
    python3 run.py bundle    make one archive that installs without any network
    python3 run.py COMMAND   any other command of `moyai` (python3 run.py --help)

Needs Python 3.11 and nothing else. Written so that an older Python can read it far enough to say so.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
WHEELS = os.path.join(HERE, "wheels")
PIP_WHEEL = os.path.join(HERE, "vendor", "pip-26.2.1-py3-none-any.whl")
PIP_SHA256 = "71138adf1f4ca900cdb7d289c21b7494329f2332b6d85f0e1c42108c0384ed3e"
LOCKS = {name: os.path.join(HERE, "requirements", name + ".txt") for name in ("runtime", "test")}
STAMP = os.path.join(VENV, "moyai-installed")
DEBIAN_TEST_PACKAGES = ("chromium", "fonts-noto-cjk", "gettext")


class Problem(Exception):
    """Something is missing: one sentence with the remedy."""


def main(arguments):
    try:
        check_python()
        command = arguments[0] if arguments else "--help"
        if command == "bundle":
            return bundle()
        if command == "test":
            return test(arguments[1:])
        install("runtime")
        return hand_over(["-m", "moyai"] + arguments)
    except Problem as problem:
        sys.stderr.write("moyai: %s\n" % problem)
        return 1
    except OSError as error:
        sys.stderr.write("moyai: %s\n" % explain(error))
        return 1
    except KeyboardInterrupt:
        return 130


def check_python():
    if sys.version_info < (3, 11):
        raise Problem(
            "Python 3.11 or newer is needed, this is %d.%d. Install it (Debian 12: apt install python3) "
            "and start again with that python3." % sys.version_info[:2]
        )


def explain(error):
    if error.errno == 28:
        return "the disk is full. Free some space below %s and start again." % HERE
    if error.errno in (1, 13, 30):
        return "%s cannot be written. Unpack Moyai in a folder that you may write to." % (error.filename or HERE)
    return "%s" % error


# ── installing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def install(lock):
    """Make `.venv` hold exactly what the lock says; does nothing where it does already."""
    wanted = digest(LOCKS["runtime"]) + ("+" + digest(LOCKS["test"]) if lock == "test" else "")
    installed, _, place = stamp().partition("\n")
    if installed.startswith(wanted) and place == HERE:
        return
    say("installing what Moyai needs into .venv (once; about a minute)")
    if not os.path.exists(PYTHON) or place != HERE:
        make_venv()
    install_packages(LOCKS[lock])
    link_source()
    with open(STAMP, "w") as file:
        file.write(wanted + "\n" + HERE)


def stamp():
    try:
        with open(STAMP) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def make_venv():
    import venv

    # Without pip: Debian's bare python3 has no ensurepip to bring it.
    venv.EnvBuilder(with_pip=False, clear=True).create(VENV)


def install_packages(lock):
    source = ["--no-index", "--find-links", WHEELS] if os.path.isdir(WHEELS) else []
    options = ["--require-hashes", "--only-binary", ":all:", "--requirement", lock] + source
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", PYTHON] + options
    else:
        command = pip() + ["install", "--quiet", "--no-warn-script-location"] + options
    if subprocess.call(command, stdin=subprocess.DEVNULL):
        raise Problem(no_packages())


def no_packages():
    if os.path.isdir(WHEELS):
        return "the packages in %s do not fit this machine. Make the bundle on one with the same Python." % WHEELS
    return (
        "the packages could not be installed (the reason is above). Without a way to a package index, use an archive "
        "made by `python3 run.py bundle` on a machine that has one; behind a proxy, set https_proxy and try again."
    )


def pip():
    """The command that runs pip in `.venv`, from the wheel that the project carries."""
    if digest(PIP_WHEEL) != PIP_SHA256:
        raise Problem("%s is damaged. Get a fresh copy of Moyai." % PIP_WHEEL)
    return [PYTHON, os.path.join(PIP_WHEEL, "pip"), "--disable-pip-version-check"]


def link_source():
    """Let `.venv` find the source where it is, and give it the `moyai` command."""
    packages = subprocess.check_output([PYTHON, "-c", "import site; print(site.getsitepackages()[0])"], text=True)
    with open(os.path.join(packages.strip(), "moyai.pth"), "w") as file:
        file.write(os.path.join(HERE, "src") + "\n")
    script = os.path.join(VENV, "bin", "moyai")
    with open(script, "w") as file:
        file.write("#!%s\nimport sys\nfrom moyai.cli import main\nsys.exit(main())\n" % PYTHON)
    os.chmod(script, 0o755)


def hand_over(arguments):
    """Become the program, so that signals reach it and its exit code is ours."""
    sys.stdout.flush()
    os.execv(PYTHON, [PYTHON] + arguments)


# ── testing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test(arguments):
    install("test")
    install_debian_packages()
    os.chdir(HERE)
    return hand_over(["-m", "pytest"] + (arguments or ["-n", str(os.cpu_count() or 1)]))


def install_debian_packages():
    """Chromium for the browser tests, where this may be done; where not, the tests say what they skip."""
    if shutil.which("chromium") and shutil.which("xgettext"):
        return
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        say("no chromium here, and only root may install it: the browser tests will be skipped")
        return
    say("installing Debian's " + " and ".join(DEBIAN_TEST_PACKAGES))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install_them = ["install", "-qq", "-y", "--no-install-recommends"] + list(DEBIAN_TEST_PACKAGES)
    for command in (["update", "-qq"], install_them):
        with open(os.devnull, "w") as nowhere:
            if subprocess.call(["apt-get"] + command, stdin=subprocess.DEVNULL, stdout=nowhere, env=environment):
                say("apt-get could not install chromium: the browser tests will be skipped")
                return


# ── one archive for a closed network ────────────────────────────────────────────────────────────────────────────────


def bundle():
    install("runtime")
    wheels = os.path.join(VENV, "bundle-wheels")
    shutil.rmtree(wheels, ignore_errors=True)
    command = pip() + ["download", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    if subprocess.call(command + ["--requirement", LOCKS["runtime"], "--dest", wheels], stdin=subprocess.DEVNULL):
        raise Problem("the packages could not be downloaded (the reason is above).")
    os.makedirs(os.path.join(HERE, "dist"), exist_ok=True)
    name = "moyai-py%d%d-%s" % (sys.version_info[0], sys.version_info[1], os.uname().machine)
    target = os.path.join(HERE, "dist", name + ".tar.gz")
    with tarfile.open(target + ".part", "w:gz") as archive:
        for path in project_files():
            archive.add(os.path.join(HERE, path), os.path.join("moyai", path), recursive=False)
        archive.add(wheels, os.path.join("moyai", "wheels"))
    os.replace(target + ".part", target)
    shutil.rmtree(wheels)
    say("made %s (%.0f MB)" % (os.path.relpath(target), os.path.getsize(target) / 1e6))
    say("on the closed network: tar xf %s && cd moyai && python3 run.py up" % os.path.basename(target))
    return 0


def project_files():
    """The files of the project: those git knows, or all that are here where this is no checkout."""
    try:
        output = subprocess.check_output(["git", "-C", HERE, "ls-files", "-z"], stderr=subprocess.DEVNULL)
        return [name for name in output.decode().split("\0") if name and os.path.exists(os.path.join(HERE, name))]
    except (OSError, subprocess.CalledProcessError):
        return sorted(walk_files())


def walk_files():
    for folder, folders, files in os.walk(HERE):
        folders[:] = [each for each in folders if each not in (".git", ".venv", "var", "dist", "wheels", "__pycache__")]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), HERE)


def say(message):
    sys.stderr.write("moyai: %s\n" % message)
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
