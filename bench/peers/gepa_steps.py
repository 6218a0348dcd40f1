"""GEPA with a run directory, a scripted model and an evaluation that only reads a number; notes when each step asks the model.

    python3 gepa_steps.py GEPA DIRECTORY STEPS
"""
import sys
import time


class Silent:
    def log(self, _message):
        pass


class Free:
    """Every fifth program is better than all before it; the others are worth nothing."""

    def evaluate(self, batch, candidate, capture_traces=False):
        from gepa.core.adapter import EvaluationBatch

        first = candidate['program'].split('\n', 1)[0].removeprefix('//').strip()
        number = int(first) if first.isdigit() else 0
        score = number / 1e6 if number % 5 == 0 else 0.0
        return EvaluationBatch(outputs=[number] * len(batch), scores=[score] * len(batch), trajectories=[number] * len(batch) if capture_traces else None)

    def make_reflective_dataset(self, candidate, eval_batch, components_to_update):
        return {name: [{'Inputs': 'benchmark', 'Generated Outputs': str(output), 'Feedback': f'score {score}'} for output, score in zip(eval_batch.outputs, eval_batch.scores)] for name in components_to_update}

    propose_new_texts = None


def main():
    checkout, directory, steps = sys.argv[1:]
    sys.path.insert(0, f'{checkout}/src')
    import gepa

    program = open(f'{directory}/program.js').read()
    asked = 0
    with open(f'{directory}/stamps', 'a') as stamps:

        def model(_prompt):
            nonlocal asked
            asked += 1
            stamps.write(f'{time.monotonic_ns()} {time.process_time_ns()}\n')
            return f'```\n// {asked}\n{program}```'

        result = gepa.optimize(
            seed_candidate={'program': program},
            trainset=['benchmark'],
            adapter=Free(),
            reflection_lm=model,
            reflection_minibatch_size=1,
            stop_callbacks=lambda _state: asked >= int(steps),
            run_dir=f'{directory}/run',
            logger=Silent(),
            seed=1,
        )
    print(len(result.candidates))


main()
