/** Packages that many depend on: what is called almost like one of them is what a slip of the finger installs. */
export const popular: Readonly<Record<'npm' | 'python', ReadonlySet<string>>> = {
  npm: new Set('react react-dom preact redux react-redux react-router react-router-dom vue vuex angular svelte solid-js next nuxt gatsby express koa fastify hono nestjs socket.io axios node-fetch undici got request superagent lodash lodash-es underscore ramda immer moment dayjs date-fns luxon chalk kleur picocolors colors commander yargs minimist inquirer ora debug winston pino bunyan dotenv cross-env cross-spawn execa shelljs rimraf mkdirp glob globby fast-glob minimatch micromatch picomatch chokidar fs-extra graceful-fs semver uuid nanoid typescript ts-node tsx esbuild rollup webpack webpack-cli vite vitest jest mocha chai sinon ava tap jasmine karma cypress playwright puppeteer eslint prettier babel-core babel-loader core-js postcss autoprefixer tailwindcss styled-components classnames bootstrap jquery three mongoose mongodb mysql mysql2 sqlite3 better-sqlite3 ioredis redis knex sequelize typeorm prisma graphql apollo-server zod yup joi ajv validator jsonwebtoken bcrypt bcryptjs passport helmet body-parser cookie-parser multer sharp jimp cheerio jsdom marked handlebars ejs rxjs async bluebird through2 readable-stream inherits safe-buffer string-width strip-ansi ansi-styles supports-color acorn yaml js-yaml xml2js form-data qs ws event-stream crossenv tslib regenerator-runtime nodemon pm2 concurrently husky lint-staged lerna turbo'.split(' ')),
  python: new Set('numpy pandas scipy matplotlib scikit-learn tensorflow torch torchvision keras requests urllib3 httpx aiohttp certifi idna charset-normalizer chardet setuptools wheel pip six python-dateutil pytz pyyaml jinja2 markupsafe click flask django fastapi starlette uvicorn gunicorn pydantic sqlalchemy alembic psycopg2 psycopg2-binary pymysql redis celery boto3 botocore s3transfer awscli cryptography pyopenssl cffi pycparser paramiko pytest coverage tox nox mypy black ruff flake8 pylint isort virtualenv packaging typing-extensions attrs colorama rich tqdm pillow opencv-python lxml beautifulsoup4 selenium scrapy protobuf grpcio joblib networkx sympy seaborn plotly nltk spacy transformers tokenizers huggingface-hub openai anthropic langchain docker kubernetes ansible fabric invoke jsonschema toml tomli simplejson ujson orjson'.split(' ')),
}

/** Modules that come with the language: a package of such a name is loaded by nobody, or by everybody who misspells. */
export const builtIn: Readonly<Record<'npm' | 'python', ReadonlySet<string>>> = {
  npm: new Set('assert async_hooks buffer child_process cluster console crypto dgram dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'.split(' ').filter((name) => !['assert', 'buffer', 'events', 'process', 'punycode', 'readline', 'stream', 'string_decoder', 'url', 'util', 'console', 'path', 'querystring', 'timers'].includes(name))),
  python: new Set('abc argparse array ast asyncio base64 bisect builtins bz2 calendar cmath codecs collections concurrent configparser contextlib copy csv ctypes datetime decimal difflib dis email enum fnmatch fractions ftplib functools gc getpass glob gzip hashlib heapq hmac html http imaplib importlib inspect io itertools json keyword linecache locale logging lzma marshal math mimetypes mmap multiprocessing numbers operator os pathlib pdb pickle pkgutil platform pprint queue random re sched secrets select shelve shlex shutil signal site smtplib socket sqlite3 ssl stat statistics string struct subprocess symtable sys tarfile tempfile textwrap threading time timeit tkinter token traceback types typing unicodedata unittest urllib uuid venv warnings wave weakref xml zipfile zlib'.split(' ')),
}

/** As indexes fold names, and as readers do: signs between words count for nothing. */
export function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[@/._-]/g, '')
}

/** Fewer letters are too easily the same by chance. */
const leastLetters = 5

/** The known name that another one could be taken for; null where there is none. */
export function shadowedBy(name: string, known: Iterable<string>): string | null {
  const own = folded(name)
  if (own.length < leastLetters) return null
  for (const other of known) {
    if (other === name) continue
    const that = folded(other)
    if (that === own && !isScopeOf(name, other)) return other
    if (that.length >= leastLetters && own !== that && isOneSlip(own, that)) return other
  }
  return null
}

/** `@types/react` beside `react`, `@scope/name` beside `name`: no slip. */
function isScopeOf(name: string, other: string): boolean {
  return name.replace(/^@[^/]+\//, '') === other || other.replace(/^@[^/]+\//, '') === name || name.toLowerCase().replaceAll(/[._]/g, '-') === other.toLowerCase().replaceAll(/[._]/g, '-')
}

/** One letter more, less or other, or two in another order. */
export function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  return (left.length <= 1 && right.length <= 1) || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0])
}
