// Compiles every package to plain JavaScript with types under its dist/, with a manifest of its own, ready for `npm publish packages/<name>/dist`.
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = path.join(root, 'node_modules/.bin/tsc')

for (const name of ['core', 'oracle', 'cli']) {
  const home = path.join(root, 'packages', name)
  const dist = path.join(home, 'dist')
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist, { recursive: true })
  const project = path.join(dist, 'tsconfig.json')
  const out = name === 'cli' ? path.join(dist, 'dist') : dist
  const settings = { extends: path.join(root, 'tsconfig.json'), compilerOptions: { noEmit: false, declaration: true, rootDir: path.join(home, 'src'), outDir: out }, include: [path.join(home, 'src/**/*.ts')], exclude: [path.join(home, 'src/**/*.test.ts')] }
  // A package is compiled against the published face of the others, so their sources must not be pulled in.
  await writeFile(project, JSON.stringify(settings))
  execFileSync(compiler, ['-p', project], { stdio: 'inherit' })
  await rm(project)
  for (const inside of name === 'core' ? ['agent/inside', 'reporters/inside', 'adapters/command-profile/inside', 'adapters/test-coverage/inside', 'constitution/presets', 'model/prices', 'proposal/prompt/templates'] : []) await cp(path.join(home, 'src', inside), path.join(out, inside), { recursive: true })
  if (name === 'oracle') await cp(path.join(home, 'drivers'), path.join(dist, 'drivers'), { recursive: true })
  if (name !== 'core') await cp(path.join(home, 'bin'), path.join(dist, 'bin'), { recursive: true })
  const manifest = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')) as Manifest
  await writeFile(path.join(dist, 'package.json'), `${JSON.stringify(published(manifest), null, 2)}\n`)
  await cp(path.join(root, 'LICENSE'), path.join(dist, 'LICENSE'))
  console.log(`built packages/${name}/dist`)
}

/** The same manifest, pointing at what was compiled. */
function published(manifest: Manifest): Manifest {
  const { exports: sources, devDependencies: _, ...rest } = manifest
  if (sources === undefined) return rest as Manifest
  const compiled = Object.fromEntries(Object.entries(sources).map(([key, value]) => [key, value.replace('./src/', './').replace(/\.ts$/, '.js')]))
  return { ...rest, exports: compiled } as Manifest
}
