"""OpenEvolve as a library with a scripted model and an evaluator that only reads a number; the model notes when each step asks it.

    python3 openevolve_steps.py OPENEVOLVE DIRECTORY STEPS CHECKPOINT_INTERVAL
"""
import asyncio
import sys


def main():
    checkout, directory, steps, interval = sys.argv[1:]
    sys.path.insert(0, checkout)
    from openevolve.config import Config, LLMModelConfig
    from openevolve.controller import OpenEvolve

    config = Config()
    config.max_iterations = int(steps)
    config.checkpoint_interval = int(interval)
    config.log_level = 'ERROR'
    config.diff_based_evolution = False
    config.language = 'javascript'
    config.llm.models = [LLMModelConfig(name='scripted', api_key='none', timeout=60, retries=0, retry_delay=0, weight=1.0)]
    config.llm.evaluator_models = config.llm.models
    config.evaluator.cascade_evaluation = False
    config.evaluator.parallel_evaluations = 1
    engine = OpenEvolve(f'{directory}/program.js', f'{directory}/evaluator.py', config, f'{directory}/out')
    asyncio.run(engine.run(iterations=int(steps)))
    print(len(engine.database.programs))


main()
