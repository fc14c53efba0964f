"""Imports ledgers into hotels and holds what the registry says against the truth beside each ledger.

usage: ledger_import.py VHOTEL MAKER FOLDER SEED...
"""
import json
import os
import subprocess
import sys

AREAS = ["310116104202", "310116104204", "310116104205", "310116104207",
         "310116104208", "310116104211", "310116104212", "310116104215"]
KINDS = [(mess, style) for mess in ("0.06", "0.5") for style in ("csv", "gbk", "semicolon", "xlsx")]
COUNTS = ("houses", "rooms", "stays", "people")


def refused(result):
    return sorted((r["row"], r["code"]) for r in result["refused"])


def judge(vhotel, maker, folder, env, seed, area, mess, style):
    ledger = os.path.join(folder, "ledger." + ("xlsx" if style == "xlsx" else "csv"))
    subprocess.run([sys.executable, maker, "--rooms", "1200", "--seed", seed, "--style", style, "--mess", mess,
                    ledger], check=True, capture_output=True)
    truth = json.load(open(ledger + ".truth.json", encoding="utf-8"))

    def run(*more):
        args = [vhotel, "ledger", "import", ledger, "--hotel", area, "--json", *more]
        return json.loads(subprocess.run(args, env=env, capture_output=True, text=True).stdout)

    subprocess.run([vhotel, "hotel", "add", "--area", area], env=env, capture_output=True)
    dry, real, again = run("--dry-run"), run(), run()
    assert refused(real) == refused(truth), "refused rows differ"
    for told in (real, dry):  # a title and the heads stand above the first row
        assert all(r["line"] == r["row"] + 2 for r in told["refused"] + told["warnings"]), "lines are not the file's"
    for key in COUNTS:
        assert real[key] == truth[key], f"{key}: {real[key]}, the truth says {truth[key]}"
        assert dry[key] == real[key], f"a dry run said {dry[key]} {key}"
    assert refused(dry) == refused(real), "a dry run refused other rows"
    assert again["stays"] == 0 and again["unchanged"] == truth["stays"], "the same ledger again changed something"


def main():
    vhotel, maker, folder, *seeds = sys.argv[1:]
    for seed in seeds:
        home = os.path.join(folder, "seed" + seed)
        os.makedirs(home)
        env = dict(os.environ, VHOTEL_DB=home + "/v.db", VHOTEL_KEY_FILE=home + "/key")
        subprocess.run([vhotel, "init", "--public-url", "https://plates.invalid"], env=env, capture_output=True)
        for area, (mess, style) in zip(AREAS, KINDS):
            name = f"seed_{seed}_mess_{mess}_{style}_agrees_with_the_truth"
            try:
                judge(vhotel, maker, folder, env, seed, area, mess, style)
                print("ok", name)
            except (AssertionError, KeyError, ValueError) as why:
                print("not ok", name)
                print(why, file=sys.stderr)


main()
