"""Magpie's first-improvement local search on a scenario, as its command line starts it, with one line of JSON for every evaluation.

    python3 magpie_trace.py MAGPIE SCENARIO TRACE STEPS
"""
import configparser
import json
import sys
import time


def main():
    checkout, scenario, trace, steps = sys.argv[1:]
    started = time.monotonic()
    sys.path.insert(0, checkout)
    import magpie

    with open(trace, 'w') as out:

        class Traced(magpie.algos.FirstImprovement):
            made = 0

            def hook_evaluation(self, variant, run, accept=False, best=False):
                # What the cache answers is no evaluation.
                self.made += 0 if run.cached and not run.updated else 1
                texts = [model.dump() for model in variant.models.values()]
                line = {'evaluation': self.made, 'ms': 1000 * (time.monotonic() - started), 'status': run.status, 'best': best}
                out.write(json.dumps({**line, 'text': texts[0]} if best else line) + '\n')
                out.flush()
                super().hook_evaluation(variant, run, accept, best)

            def stopping_condition(self):
                return super().stopping_condition() or self.made >= int(steps)

        config = configparser.ConfigParser()
        config.read_dict(magpie.core.default_scenario)
        config.read(scenario)
        magpie.core.pre_setup(config)
        magpie.core.setup(config)
        protocol = magpie.utils.protocol_from_string(config['search']['protocol'])()
        protocol.search = Traced()
        protocol.software = magpie.utils.software_from_string(config['software']['software'])(config)
        protocol.run(config)


main()
