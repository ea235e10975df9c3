"""Java's peers, and the jar of ours. A load runs until the compiler has had its say, and is measured then."""

import os
import shutil
from pathlib import Path

# Name, what it is, the class, what it needs, whether it is ours, the modes.
ROWS = [
    ("java-mutls", "Java mutls, threads", "Mutls", ("mutls-*.jar", "Mutls.class"), True, None),
    ("java-mutls-async", "Java mutls, futures", "MutlsAsync", ("mutls-*.jar", "MutlsAsync.class"), True, ("get",)),
    ("java", "java.net.http, blocking sends on threads", "JavaNet", ("JavaNet.class",), False, None),
    ("java-apache", "Apache HttpClient 5, threads", "Apache", ("httpclient5-*.jar", "Apache.class"), False, None),
]
MODES = ("get", "fresh", "resumed", "download", "first")


def peers(make, out: Path) -> list:
    """A row for each, made by `make`, which is `Peer`."""
    folder = out / "java"
    return [
        make(
            name,
            what,
            ["java", "-cp", f"{folder}:{folder}/*", program],
            levels=(1, 32, 256),
            modes=modes or MODES,
            needs=tuple(folder / file for file in needs),
            kind="ours" if ours else "peer",
        )
        for name, what, program, needs, ours, modes in ROWS
    ]


def build(ran, out: Path, root: Path) -> None:
    """Compiles the loads. `ran` runs a command and says whether it succeeded."""
    folder, sources = out / "java", root / "bench" / "java"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if not shutil.which("javac"):
        return
    if shutil.which("mvn"):
        words = ["mvn", "-q", "-B", "-f", sources / "pom.xml"]
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies"
        ran([*words, plugin, f"-DoutputDirectory={folder}"], root)
        os.environ["MUTLS_JAVA_DIST"] = str(out / "java-dist")
        if ran([root / "bindings-java" / "dist.sh"], root):
            for jar in (out / "java-dist").glob("mutls-[0-9]*.jar"):
                if not jar.stem.endswith(("-sources", "-javadoc")):
                    shutil.copy(jar, folder)
    # Each by itself: what lacks its library is a peer that does not take part.
    for program in ("JavaNet", "Apache", "Mutls", "MutlsAsync"):
        ran(["javac", "-cp", f"{folder}/*", "-sourcepath", sources, "-d", folder, sources / f"{program}.java"], root)


def bounds(r, row) -> list:
    """What is promised of ours: `r` has the medians, `row` makes a row."""
    rows = []
    for theirs, title in (("java", "java.net.http"), ("java-apache", "Apache HttpClient 5")):
        for level in (1, 32, 256):
            test = f"get-{level}"
            rate = r.ratio("per_s", (test, "java-mutls"), (test, theirs))
            rows.append(row(f"requests/s from Java, {level} in flight, of {title}'s", ">=", 1, rate, "x"))
            cpu = r.ratio("cpu_us", (test, "java-mutls"), (test, theirs))
            rows.append(row(f"CPU a request from Java, {level} in flight, of {title}'s", "<", 1, cpu, "x"))
    return rows
