/** One thing that a line of a manifest, of a package manager's settings or of a compose file may say. */
export interface ManifestRule {
  readonly rule: 'dependency-not-from-registry' | 'dependency-foreign-host' | 'dependency-without-integrity' | 'dependency-runs-on-install' | 'container-reaches-host'
  readonly files: RegExp
  /** On one line; quantifiers over more than one kind of character are bounded. */
  readonly pattern: RegExp
  readonly message: string
}

const python = /(?:^|\/)(?:requirements|constraints)[^/]*\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+\.(?:txt|in)$|(?:^|\/)(?:pyproject\.toml|pipfile|setup\.(?:py|cfg)|environment[^/]*\.ya?ml|conda[^/]*\.ya?ml|uv\.toml|pip\.conf|pip\.ini|\.pypirc)$/i
const toml = /(?:^|\/)(?:pyproject\.toml|pipfile|uv\.toml|cargo\.toml)$/i
const conda = /(?:^|\/)(?:environment|conda)[^/]*\.ya?ml$/i
const npmSettings = /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|pnpm-workspace\.ya?ml|bunfig\.toml|\.pnpmfile\.c?js)$/i
const native = /(?:^|\/)(?:cmakelists\.txt|[^/]+\.cmake|conanfile\.(?:py|txt)|vcpkg(?:-configuration)?\.json|meson\.build|[^/]+\.wrap|remotes\.json)$/i
const compose = /(?:^|\/)(?:docker-)?compose[^/]*\.ya?ml$/i

/** Looked for on added lines. */
export const manifestRules: readonly ManifestRule[] = [
  { rule: 'dependency-foreign-host', files: python, pattern: /(?:^|\s)(?:-i|--index-url|--extra-index-url|--find-links|-f|--trusted-host)(?:[ =]|$)|^\s*(?:index-url|extra-index-url|find-links|trusted-host|repository)\s*=/i, message: 'takes packages from another index' },
  { rule: 'dependency-foreign-host', files: toml, pattern: /^\s*\[\[?(?:tool\.(?:poetry|uv|pdm)\.(?:source|index)|source|registries[.\w-]*)\]\]?|^\s*(?:index-url|extra-index-url|find-links|default-index)\s*=|\bverify_ssl\s*=\s*false/i, message: 'takes packages from another index' },
  { rule: 'dependency-foreign-host', files: conda, pattern: /^\s*-\s*(?:https?:\/\/|file:)\S|^\s*-\s*[\w.-]+::/i, message: 'takes packages from another channel' },
  { rule: 'dependency-not-from-registry', files: python, pattern: /\b(?:git|hg|svn|bzr)\+|@\s*(?:https?|file|git|ssh):|^\s*(?:-e|--editable)[ =]|^\s*(?:https?:\/\/|file:|\.{1,2}\/)\S+|dependency_links\s*=/i, message: 'takes a package from a repository, an address or a file' },
  { rule: 'dependency-not-from-registry', files: toml, pattern: /\b(?:git|url|path|file)\s*=\s*["'](?:https?:|git|ssh:|file:|\.{0,2}\/)/i, message: 'takes a package from a repository, an address or a file' },
  { rule: 'dependency-without-integrity', files: python, pattern: /^\s*--no-(?:verify|require)-?hash|--no-binary[ =]:all:|^\s*require-hashes\s*=\s*false/i, message: 'asks for no digests' },
  { rule: 'dependency-foreign-host', files: npmSettings, pattern: /^\s*["']?(?:(?:@[\w.-]+:)?registry|npmRegistryServer|npmPublishRegistry|proxy|https-proxy|noproxy)["']?\s*[=: ]|\bstrict-ssl\s*[=:]?\s*false|\bunsafeHttpWhitelist\b|enableStrictSsl["']?\s*:\s*false|\bcafile\s*[=:]/i, message: 'takes packages from another registry, or does not ask who it is' },
  { rule: 'dependency-without-integrity', files: npmSettings, pattern: /\bchecksumBehavior["']?\s*:\s*["']?(?:ignore|update)|\bpackage-lock\s*=\s*false|\bfrozen-?lockfile\s*[=:]\s*false|enableImmutableInstalls["']?\s*:\s*false|enableHardenedMode["']?\s*:\s*false|\bverify-store-integrity\s*[=:]\s*false/i, message: 'lets packages be other ones than those that are pinned' },
  { rule: 'dependency-runs-on-install', files: npmSettings, pattern: /\bignore-scripts\s*[=:]\s*false|enableScripts["']?\s*:\s*true|\bdangerouslyAllowAllBuilds\b|\bunsafe-perm\s*[=:]\s*true|onlyBuiltDependencies|trustedDependencies|\bscript-shell\s*[=:]|\bnode-options\s*[=:]|allowBuilds/i, message: 'lets packages run scripts when they are installed' },
  { rule: 'dependency-foreign-host', files: native, pattern: /\b(?:http|ftp):\/\/(?!localhost\b|schemas\.|www\.w3\.org)\S|\bremotes?\s+add\b|^\s*\[remotes\]|"(?:registries|overlay-ports|default-registry)"\s*:|\bverify_ssl["']?\s*[:=]\s*false|\bTLS_VERIFY\s+(?:OFF|FALSE|0)|\bverify\s*=\s*False/i, message: 'takes sources from elsewhere, or does not ask who gives them' },
  { rule: 'dependency-runs-on-install', files: /(?:^|\/)(?:setup\.py|conanfile\.py)$/i, pattern: /\bcmdclass\b|\bos\.system\b|\bsubprocess\b|\burlopen\b|\bself\.run\s*\(|\btools\.(?:get|download)\b|\bpython_requires\b/i, message: 'runs code of its own when it is installed' },
  { rule: 'dependency-runs-on-install', files: toml, pattern: /^\s*(?:build-backend|backend-path)\s*=|^\s*build\s*=\s*["'][^"'\n]{1,200}\.(?:py|rs)["']|^\s*\[tool\.poetry\.build\]/i, message: 'runs code of its own when it is installed' },
  { rule: 'container-reaches-host', files: compose, pattern: /\bprivileged\s*:\s*["']?(?:true|yes|on)|\b(?:network_mode|pid|ipc|userns_mode|uts|cgroup)\s*:\s*["']?host\b|docker\.sock|^\s*-\s*["']?\/(?:etc|root|home|var\/run|run|proc|sys|dev|boot)?(?:\/[^:\s]{0,200})?:\/|\bcap_add\b|^\s*-\s*["']?(?:SYS_(?:ADMIN|PTRACE|MODULE|RAWIO)|NET_ADMIN|ALL)\b|(?:seccomp|apparmor)[:=]\s*unconfined|\bno-new-privileges[:=]\s*false|^\s*(?:source|device)\s*:\s*["']?\/|\bsecurity_opt\b|\bdevices\s*:|\buser\s*:\s*["']?(?:root|0)\b/i, message: 'gives a container the host, or more rights on it' },
  { rule: 'dependency-foreign-host', files: compose, pattern: /^\s*image\s*:\s*["']?(?!(?:docker\.io|ghcr\.io|quay\.io|mcr\.microsoft\.com|gcr\.io|public\.ecr\.aws|registry\.k8s\.io)\/)(?:[\w-]+\.)+[\w-]{2,}(?::\d+)?\//i, message: 'takes an image from another registry' },
  { rule: 'dependency-foreign-host', files: compose, pattern: /\b0\.0\.0\.0:\d+:\d+/, message: 'opens a port to everybody' },
]
