export namespace app {
	
	export interface AcceptedCounts {
	    critical: number;
	    high: number;
	    medium: number;
	    low: number;
	    info: number;
	}
	export interface AccessCounts {
	    view: number;
	    edit: number;
	    administer: number;
	    new: number;
	    raised: number;
	    lowered: number;
	    gone: number;
	    not_comparable: number;
	    shown: number;
	}
	export interface AccessFact {
	    name: string;
	    value: string;
	    tone: string;
	}
	export interface AccessFinding {
	    id: string;
	    rule: string;
	    severity: string;
	    title: string;
	}
	export interface AccessPath {
	    subject: AccessNode;
	    via?: AccessNode;
	    through?: AccessNode;
	    grant: AccessNode;
	    object: AccessNode;
	    level: string;
	    opens: boolean;
	    words: string;
	    links: AccessRef[];
	    since: string;
	    reason: string;
	    causes: rules.Cause[];
	}
	export interface FlowLink {
	    from: number;
	    to: number;
	    level: string;
	    strong: boolean;
	    since: string;
	}
	export interface FlowNode {
	    node: AccessNode;
	    number: number;
	    level: string;
	    strong: boolean;
	    since: string;
	    folded: number;
	}
	export interface FlowLayer {
	    name: string;
	    nodes: FlowNode[];
	}
	export interface AccessRef {
	    resource: string;
	    key: string;
	    words: string;
	}
	export interface AccessRemoval {
	    link: AccessRef;
	    level: string;
	    paths: number;
	}
	export interface AccessNode {
	    kind: string;
	    id: string;
	    key: string;
	    name: string;
	    note: string;
	    spelling: string;
	}
	export interface AccessRow {
	    node: AccessNode;
	    product: string;
	    active?: boolean;
	    level: string;
	    was: string;
	    since: string;
	    reason: string;
	    paths: number[];
	    news: string[];
	    causes: rules.Cause[];
	    removing: AccessRemoval[];
	    narrowed: string[];
	    findings: AccessFinding[];
	}
	export interface AccessFlow {
	    row: AccessRow;
	    layers: FlowLayer[];
	    links: FlowLink[];
	    paths: AccessPath[];
	    says: string;
	}
	export interface AccessLimit {
	    kind: string;
	    product: string;
	    resource: string;
	    outcome: string;
	    leg: string;
	    text: string;
	}
	export interface AccessName {
	    node: AccessNode;
	    detail: string;
	}
	
	
	
	
	
	export interface Added {
	    name: string;
	    site: string;
	    kind: string;
	    account: string;
	    scopes: string[];
	    added: string;
	    kept: string;
	    products: string[];
	    beyond: string[];
	    untried: boolean;
	}
	export interface Attestation {
	    answer: string;
	    by: string;
	    on: string;
	    evidence: string;
	    at: string;
	}
	export interface QuestionRow {
	    id: string;
	    title: string;
	    question: string;
	    how: string;
	    why: string;
	    products: string[];
	    state: string;
	    due: string;
	    answer?: Attestation;
	    history: Attestation[];
	}
	export interface Vantage {
	    account: string;
	    credentials: string[];
	    scopes: string[];
	    groups: string[];
	    permissions: string[];
	}
	export interface Snapshot {
	    id: number;
	    label: string;
	    site: string;
	    started: string;
	    finished?: string;
	    state: string;
	    vantage: Vantage;
	    digest: string;
	}
	export interface FileInfo {
	    path: string;
	    format: number;
	}
	export interface Attested {
	    file: FileInfo;
	    snapshot: Snapshot;
	    question: QuestionRow;
	}
	export interface Attesting {
	    question: string;
	    answer: string;
	    withdraw: boolean;
	    by: string;
	    evidence: string;
	    on: string;
	    site: string;
	}
	export interface CaseTrial {
	    name: string;
	    kind: string;
	    line: number;
	    wrong: string[];
	}
	export interface Counts {
	    critical: number;
	    high: number;
	    medium: number;
	    low: number;
	    info: number;
	    not_evaluated: number;
	    accepted: AcceptedCounts;
	    confirmed: number;
	    expired: number;
	}
	export interface MatrixCell {
	    outcome: string;
	    objects: number;
	    http_status: number;
	    reason: string;
	    missing: string[];
	    parts: number;
	    rules_lost: string[];
	}
	export interface MatrixRow {
	    resource: string;
	    about: string;
	    product: string;
	    rules: number;
	    cells: MatrixCell[];
	}
	export interface MatrixSnapshot {
	    id: number;
	    label: string;
	    started: string;
	    gaps: number;
	    rules_lost: number;
	}
	export interface CoverageMatrix {
	    snapshots: MatrixSnapshot[];
	    resources: MatrixRow[];
	    lacking: string[];
	    rules: number;
	}
	export interface CoveragePart {
	    parent: string;
	    outcome: string;
	    http_status: number;
	    reason: string;
	}
	export interface CoverageRow {
	    resource: string;
	    outcome: string;
	    objects: number;
	    requests: number;
	    http_status: number;
	    reason: string;
	    missing: string[];
	    rules_lost: string[];
	    parts: CoveragePart[];
	}
	export interface LineProblem {
	    line: number;
	    words: string;
	}
	export interface DecisionImport {
	    file: FileInfo;
	    added: number;
	    same: number;
	    problems: LineProblem[];
	}
	export interface DecisionRow {
	    state: string;
	    scope: string;
	    rule: string;
	    title: string;
	    resource: string;
	    key: string;
	    aspect: string;
	    finding: string;
	    subject: string;
	    reason: string;
	    owner: string;
	    until: string;
	    by: string;
	    at: string;
	    act: string;
	    findings: number;
	    presence: string;
	}
	export interface DecisionList {
	    file: FileInfo;
	    snapshot: Snapshot;
	    decisions: DecisionRow[];
	}
	
	export interface ExplainedQuery {
	    method: string;
	    path: string;
	    status: number;
	    at: string;
	}
	export interface FacetValue {
	    value: any;
	    count: number;
	    filter: string;
	}
	export interface Facet {
	    column: string;
	    values: FacetValue[];
	    more: boolean;
	}
	
	
	
	
	
	export interface GuideRow {
	    id: string;
	    section: string;
	    says: string;
	    note: string;
	    rules: string[];
	    questions: string[];
	}
	export interface HandOver {
	    at: string;
	    file: string;
	    site: string;
	    snapshots: string[];
	    what: string;
	    format: string;
	    output: string;
	    sha256: string;
	    recipients: string[];
	}
	
	export interface LoggedRequest {
	    at: string;
	    resource: string;
	    parent: string;
	    method: string;
	    path: string;
	    status: number;
	    took_ms: number;
	    note: string;
	    requests: number;
	    objects: number;
	}
	
	
	
	export interface NamedRef {
	    resource: string;
	    key: string;
	    name: string;
	}
	export interface Notice {
	    code: string;
	    grave: boolean;
	    words: string;
	}
	export interface Origin {
	    kind: string;
	    at: string;
	    program: string;
	    site: string;
	    digest: string;
	    statement: string;
	    level: string;
	    key: string;
	}
	export interface Param {
	    name: string;
	    type: string;
	    default: any;
	    about: string;
	}
	export interface ParameterChange {
	    file: FileInfo;
	    name: string;
	    value?: string;
	    by: string;
	    at: string;
	}
	export interface ParameterRow {
	    name: string;
	    type: string;
	    value: any;
	    default: any;
	    from: string[];
	    rules: string[];
	    unused: boolean;
	    about: string;
	}
	export interface ParameterList {
	    file: FileInfo;
	    snapshot?: Snapshot;
	    parameters: ParameterRow[];
	}
	
	export interface PeopleCount {
	    accounts: number;
	    names: number;
	    addresses: number;
	}
	export interface Problem {
	    code: string;
	    title: string;
	    hint: string;
	}
	export interface QuestionCounts {
	    open: number;
	    answered: number;
	    due: number;
	    yes: number;
	    no: number;
	    partly: number;
	    not_applicable: number;
	    other: number;
	}
	export interface QuestionList {
	    file: FileInfo;
	    snapshot: Snapshot;
	    source: string;
	    attestation_days: number;
	    counts: QuestionCounts;
	    questions: QuestionRow[];
	    guide: GuideRow[];
	}
	
	export interface Redacted {
	    file: string;
	    copy: string;
	    level: string;
	    key: string;
	    key_made: boolean;
	    key_open: boolean;
	    snapshots: number;
	    left_out: number[];
	    objects: number;
	    people: number;
	    ordinary: string[];
	    map: string;
	    sha256: string;
	    recipients: string[];
	}
	export interface RelationColumn {
	    name: string;
	    type: string;
	    about: string;
	}
	export interface RuleFiles {
	    id: string;
	    text: string;
	    cases: string;
	    shipped: boolean;
	    file: string;
	}
	export interface RuleProblem {
	    rule: string;
	    file: string;
	    line: number;
	    words: string;
	}
	export interface RuleRun {
	    verdict: rules.RuleVerdict;
	    problem?: RuleProblem;
	    findings: rules.ChangedFinding[];
	    counts?: rules.ChangeCounts;
	    took_ms: number;
	}
	export interface RuleText {
	    id: string;
	    title: string;
	    severity: string;
	    products: string[];
	    kind: string;
	    needs: string[];
	    // Go type: rules
	    cases: any;
	    file: string;
	    rev: number;
	    category: string;
	    scored: boolean;
	    needs_all: string[];
	    optional: string[];
	    reference: string[];
	    objects: string[];
	    parameters: Param[];
	    maps: string[];
	    source: string;
	    why: string;
	    fix: string;
	    false_positives: string;
	    sql: string;
	}
	export interface RuleTrial {
	    problems: RuleProblem[];
	    cases: CaseTrial[];
	    rule?: RuleText;
	}
	export interface ScopeRow {
	    scope: string;
	    title: string;
	    family: string;
	    product: string;
	    writes: boolean;
	    resources: string[];
	    rules: string[];
	}
	export interface SealDifference {
	    section: string;
	    resource: string;
	    key: string;
	    change: string;
	    fields: string[];
	    words: string;
	}
	export interface SealedSnapshot {
	    id: number;
	    digest: string;
	    sealed: string;
	    statement: string;
	    already: boolean;
	}
	export interface Sealing {
	    file: FileInfo;
	    signer: string;
	    comment: string;
	    key: string;
	    from: string;
	    made: boolean;
	    trusted: boolean;
	    snapshots: SealedSnapshot[];
	}
	export interface SecretFound {
	    kind: string;
	    where: string;
	    in: string;
	    times: number;
	}
	export interface Sending {
	    people: PeopleCount;
	    named: number;
	    how: string;
	    secrets: SecretFound[];
	    scanned: number;
	    accepted: number;
	    expiring: number;
	    expired: number;
	    notices: Notice[];
	}
	export interface SentRequest {
	    at: string;
	    resource: string;
	    parent: string;
	    method: string;
	    path: string;
	    status: number;
	    took_ms: number;
	    note: string;
	}
	export interface SignIn {
	    name: string;
	    site: string;
	    kind: string;
	    account: string;
	    scopes: string[];
	    added: string;
	    kept: string;
	}
	export interface Site {
	    id: string;
	    name: string;
	    address: string;
	    kind: string;
	    snapshots: number;
	    latest: number;
	    pinned: number;
	    open: number;
	}
	
	export interface SnapshotRow {
	    id: number;
	    label: string;
	    site: string;
	    started: string;
	    finished?: string;
	    state: string;
	    vantage: Vantage;
	    digest: string;
	    objects: number;
	    sealed: boolean;
	    pinned: boolean;
	    personal_data: string;
	    program: string;
	}
	export interface SnapshotList {
	    snapshots: SnapshotRow[];
	}
	
	export interface Sorting {
	    column: string;
	    down: boolean;
	}
	export interface TrialResource {
	    resource: string;
	    outcome: string;
	    http_status: number;
	    reason: string;
	    missing: string[];
	    rules_lost: string[];
	}
	export interface Trial {
	    name: string;
	    site: string;
	    kind: string;
	    account: string;
	    scopes: string[];
	    permissions: string[];
	    resources: TrialResource[];
	    rules_lost: string[];
	    rules: number;
	}
	
	export interface UnusedName {
	    table: string;
	    name: string;
	}
	
	export interface VerifiedSeal {
	    id: number;
	    state: string;
	    signer: string;
	    comment: string;
	    sealed: string;
	    statement: string;
	    differences: SealDifference[];
	}
	export interface VerifiedSnapshot {
	    id: number;
	    digest: string;
	    state: string;
	    signer: string;
	    differences: SealDifference[];
	    seals: VerifiedSeal[];
	}

}

export namespace collector {
	
	export interface Request {
	    resource: string;
	    each?: string;
	    method: string;
	    path: string;
	    pager: string;
	    instead?: boolean;
	    scopes: string[];
	}

}

export namespace report {
	
	export interface Saved {
	    path: string;
	    format: string;
	    bytes: number;
	    sha256: string;
	    findings: number;
	    named: number;
	    recorded: boolean;
	    snapshot: app.Snapshot;
	    baseline?: app.Snapshot;
	    notices: app.Notice[];
	}

}

export namespace rules {
	
	export interface Ref {
	    resource: string;
	    key: string;
	}
	export interface Actor {
	    account: string;
	    name?: string;
	    at: string;
	    summary: string;
	    event: Ref;
	}
	export interface Cause {
	    resource: string;
	    key: string;
	    change: string;
	    fields: string[];
	    by?: Actor;
	}
	export interface ChangeCounts {
	    new: number;
	    resolved: number;
	    persisting: number;
	    not_comparable: number;
	}
	export interface Decision {
	    state: string;
	    reason: string;
	    owner: string;
	    until: string;
	    by: string;
	    at: string;
	    scope: string;
	}
	export interface ChangedFinding {
	    id: string;
	    rule: string;
	    title: string;
	    severity: string;
	    product: string;
	    category: string;
	    resource: string;
	    key: string;
	    aspect: string;
	    subject: string;
	    detail: string;
	    partial: boolean;
	    // Go type: time
	    first_seen?: any;
	    decision?: Decision;
	    evidence: Ref[];
	    change: string;
	    reason: string;
	    caused_by: Cause[];
	}
	
	export interface Need {
	    resource: string;
	    outcome: string;
	}
	
	export interface ResourceComparison {
	    resource: string;
	    comparable: boolean;
	    reason: string;
	    added: number;
	    removed: number;
	    changed: number;
	    equal: number;
	    not_comparable: number;
	}
	export interface RuleChange {
	    rule: string;
	    change: string;
	    side: string;
	    was: string;
	    rev_then: number;
	    rev: number;
	}
	export interface RuleVerdict {
	    rule: string;
	    title: string;
	    severity: string;
	    product: string;
	    kind: string;
	    verdict: string;
	    partial: boolean;
	    findings: number;
	    reason: string;
	    needs: Need[];
	    parameters: Record<string, any>;
	    rev: number;
	    maps: string[];
	    source: string;
	    why: string;
	    fix: string;
	    false_positives: string;
	}
	export interface ScoreRange {
	    low?: number;
	    high?: number;
	}
	export interface Score {
	    low?: number;
	    high?: number;
	    coverage: number;
	    bounded_by: string;
	    mean: ScoreRange;
	    after_accepted: ScoreRange;
	}
	export interface ScoreRest {
	    rule: string;
	    reason: string;
	}
	export interface ScoreChange {
	    before: Score;
	    after: Score;
	    not_comparable: ScoreRest[];
	}
	

}

export namespace window {
	
	export interface AcceptedTally {
	    count: number;
	    filter: string;
	    expiring: number;
	    expiring_filter: string;
	    expired: number;
	    expired_filter: string;
	}
	export interface AccessNumbers {
	    view: number;
	    edit: number;
	    administer: number;
	    new: number;
	    raised: number;
	    lowered: number;
	    gone: number;
	    not_comparable: number;
	}
	export interface AccessLine {
	    id: string;
	    node: app.AccessNode;
	    product: string;
	    active?: boolean;
	    level: string;
	    was: string;
	    since: string;
	    reason: string;
	    paths: number;
	    narrowed: string[];
	    findings: app.AccessFinding[];
	    numbers?: AccessNumbers;
	    anonymous: string;
	}
	export interface AccessNamesPage {
	    names: app.AccessName[];
	    more: boolean;
	}
	export interface AccessNamesRequest {
	    what: boolean;
	    text: string;
	    offset: number;
	    limit: number;
	}
	
	export interface AccessPage {
	    snapshot: app.Snapshot;
	    before?: app.Snapshot;
	    direction: string;
	    summary: boolean;
	    subject: app.AccessNode;
	    facts: app.AccessFact[];
	    counts: app.AccessCounts;
	    limits: app.AccessLimit[];
	    rows: AccessLine[];
	    total: number;
	    of: number;
	    sql: string;
	}
	export interface AccessRequest {
	    who: string;
	    what: string;
	    level: string;
	    product: string;
	    since: string;
	    filter: string;
	    sort: string;
	    findings: boolean;
	    offset: number;
	    limit: number;
	}
	export interface AreaCoverage {
	    area: string;
	    outcome: string;
	    complete: number;
	    asked: number;
	    objects: number;
	    rules_lost: string[];
	    resources: app.CoverageRow[];
	}
	export interface AskedQuery {
	    at: string;
	    sql: string;
	    scope: string;
	    rows: number;
	    took_ms: number;
	    problem?: app.Problem;
	}
	export interface BodyLine {
	    text: string;
	    marked: boolean;
	}
	export interface CausedFinding {
	    id: string;
	    rule: string;
	    title: string;
	    severity: string;
	    change: string;
	    subject: string;
	    detail: string;
	}
	export interface ChangeCount {
	    change: string;
	    count: number;
	    filter: string;
	}
	export interface CollectBar {
	    at: string;
	    requests: number;
	    failed: number;
	}
	export interface CollectOptions {
	    file: string;
	    sites: string[];
	    new: boolean;
	    discard: boolean;
	    label: string;
	    personal_data: string;
	    only: string[];
	    skip: string[];
	    concurrency: number;
	    rate: number;
	    max_minutes: number;
	}
	export interface CollectResource {
	    resource: string;
	    product: string;
	    path: string;
	    each: string;
	    state: string;
	    objects: number;
	    expected?: number;
	    requests: number;
	    per_second: number;
	    took_ms: number;
	    outcome: string;
	    http_status: number;
	    reason: string;
	}
	export interface CollectResult {
	    snapshot: number;
	    state: string;
	    resumed: boolean;
	    gaps: app.CoverageRow[];
	    rules_lost: string[];
	    rules: number;
	}
	export interface Throttled {
	    until: string;
	    resource: string;
	}
	export interface CollectState {
	    phase: string;
	    file: string;
	    sites: string[];
	    label: string;
	    started: string;
	    took_ms: number;
	    requests: number;
	    objects: number;
	    done: number;
	    throttled?: Throttled;
	    resources: CollectResource[];
	    ledger: app.SentRequest[];
	    bars: CollectBar[];
	    outcomes: Record<string, number>;
	    result?: CollectResult;
	    problem?: app.Problem;
	}
	export interface CompareNote {
	    reason: string;
	    count: number;
	    filter: string;
	}
	export interface ObjectCounts {
	    added: number;
	    removed: number;
	    changed: number;
	    equal: number;
	    not_comparable: number;
	}
	export interface Member {
	    name: string;
	    text: string;
	}
	export interface ObjectRow {
	    resource: string;
	    key: string;
	    object: string;
	    name: string;
	    says: Member[];
	    change: string;
	    fields: string[];
	    caused: CausedFinding[];
	}
	export interface ComparisonObjectsPage {
	    rows: ObjectRow[];
	    total: number;
	    counts: ObjectCounts;
	}
	export interface ComparisonObjectsRequest {
	    resource: string;
	    change: string;
	    filter: string;
	    offset: number;
	    limit: number;
	}
	export interface FindingRow {
	    id: string;
	    group: string;
	    rule: string;
	    title: string;
	    severity: string;
	    product: string;
	    category: string;
	    resource: string;
	    key: string;
	    object: string;
	    aspect: string;
	    subject: string;
	    detail: string;
	    partial: boolean;
	    change: string;
	    reason: string;
	    gone: boolean;
	    triage: string;
	    decision?: rules.Decision;
	    first_seen: string;
	}
	export interface VerdictChange {
	    rule: string;
	    title: string;
	    severity: string;
	    before: string;
	    after: string;
	    reason: string;
	    filter: string;
	}
	export interface CoveragePair {
	    resource: string;
	    area: string;
	    before?: app.CoverageRow;
	    after?: app.CoverageRow;
	    changed: boolean;
	    gap: boolean;
	}
	export interface ResourceChanges {
	    resource: string;
	    area: string;
	    product: string;
	    comparable: boolean;
	    reason: string;
	    added: number;
	    removed: number;
	    changed: number;
	    equal: number;
	    not_comparable: number;
	}
	export interface ComparisonSummary {
	    before: app.Snapshot;
	    after: app.Snapshot;
	    other: string;
	    pack: string;
	    score?: rules.ScoreChange;
	    findings_before: number;
	    findings_after: number;
	    changes: ChangeCount[];
	    warnings: CompareNote[];
	    objects: ObjectCounts;
	    resources: ResourceChanges[];
	    coverage: CoveragePair[];
	    coverage_gap: number;
	    verdicts: VerdictChange[];
	    rule_changes: rules.RuleChange[];
	    drift: FindingRow[];
	    drift_rules: VerdictChange[];
	}
	
	export interface DecideRequest {
	    ids: string[];
	    act: string;
	    reason: string;
	    owner: string;
	    until: string;
	    scope: string;
	    resource: string;
	    key: string;
	    copy_to: string;
	}
	export interface Decided {
	    decisions: number;
	    path: string;
	}
	export interface EvidenceObject {
	    resource: string;
	    key: string;
	    object: string;
	    found: boolean;
	    side: string;
	    lines: BodyLine[];
	    digest: string;
	    address: string;
	    requests: app.ExplainedQuery[];
	}
	export interface EvidenceRequest {
	    path: string;
	    to: string[];
	    passphrase: string;
	}
	export interface EvidenceRow {
	    key: string;
	    object: string;
	    change: string;
	    values: string[];
	}
	export interface EvidenceTable {
	    resource: string;
	    columns: string[];
	    rows: EvidenceRow[];
	}
	export interface Exported {
	    path: string;
	    rows: number;
	}
	export interface FacetValue {
	    value: string;
	    count: number;
	    on: boolean;
	    toggle: string;
	    only: string;
	}
	export interface Facet {
	    key: string;
	    values: FacetValue[];
	}
	
	export interface SetPair {
	    added: string[];
	    removed: string[];
	    equal: string[];
	}
	export interface FieldPair {
	    field: string;
	    state: string;
	    before?: string;
	    after?: string;
	    reason: string;
	    list?: SetPair;
	}
	export interface FileState {
	    path: string;
	    name: string;
	    size: number;
	    format: number;
	    read_only: boolean;
	    reason: string;
	    lost?: app.Problem;
	}
	export interface FilterTerm {
	    key: string;
	    not: boolean;
	    values: string[];
	    without: string;
	}
	export interface FindingCause {
	    resource: string;
	    key: string;
	    object: string;
	    change: string;
	    fields: string[];
	    by?: rules.Actor;
	}
	export interface FindingRule {
	    id: string;
	    title: string;
	    rev: number;
	    why: string;
	    fix: string[];
	    false_positives: string;
	    source: string;
	    controls: string[];
	    sql: string;
	    verdict: string;
	    partial: boolean;
	    reason: string;
	    filter: string;
	}
	export interface FindingDetail {
	    finding: FindingRow;
	    drift: boolean;
	    snapshot: app.Snapshot;
	    rule: FindingRule;
	    tables: EvidenceTable[];
	    objects: EvidenceObject[];
	    more: number;
	    caused_by: FindingCause[];
	    acts: app.DecisionRow[];
	}
	export interface FindingGroup {
	    key: string;
	    title: string;
	    severity: string;
	    product: string;
	    count: number;
	    expanded: boolean;
	    filter: string;
	    changes: ChangeCount[];
	}
	export interface FindingLine {
	    group?: FindingGroup;
	    finding?: FindingRow;
	}
	export interface FindingPast {
	    snapshot: app.Snapshot;
	    state: string;
	    reason: string;
	}
	
	
	export interface FindingsPage {
	    compared: boolean;
	    dated: boolean;
	    filter: string;
	    terms: FilterTerm[];
	    lines: FindingLine[];
	    length: number;
	    total: number;
	    of: number;
	    rules: number;
	    groups: number;
	    facets: Facet[];
	    at: number;
	}
	export interface FindingsRequest {
	    filter: string;
	    group: string;
	    sort: string;
	    offset: number;
	    limit: number;
	    expanded: string[];
	    reveal: string;
	}
	export interface HandedEvidence {
	    path: string;
	    sha256: string;
	    bytes: number;
	    recipients: string[];
	    encrypted: boolean;
	}
	export interface InventoryRelation {
	    name: string;
	    about: string;
	    resources: string[];
	}
	export interface InventoryResource {
	    resource: string;
	    about: string;
	    product: string;
	    objects: number;
	    outcome: string;
	    http_status: number;
	    reason: string;
	    missing: string[];
	    parts: number;
	    lists: string;
	    rules_lost: string[];
	    since?: rules.ResourceComparison;
	}
	export interface Inventory {
	    snapshot: app.Snapshot;
	    baseline?: app.Snapshot;
	    resources: InventoryResource[];
	    relations: InventoryRelation[];
	    lacking: string[];
	}
	
	
	export interface Lens {
	    site: string;
	    snapshot: number;
	    baseline: number;
	    other: string;
	    across_sites: boolean;
	}
	
	export interface NewSignIn {
	    kind: string;
	    site: string;
	    email: string;
	    token: string;
	    client_id: string;
	    client_secret: string;
	    redirect: string;
	    classic: boolean;
	    browser: boolean;
	}
	export interface ObjectPart {
	    resource: string;
	    key: string;
	    object: string;
	    name: string;
	    says: Member[];
	    change: string;
	    fields: string[];
	    caused: CausedFinding[];
	    before: Member[];
	    after: Member[];
	}
	export interface ObjectChange {
	    resource: string;
	    key: string;
	    object: string;
	    name: string;
	    change: string;
	    fields: FieldPair[];
	    before: BodyLine[];
	    after: BodyLine[];
	    parent?: app.NamedRef;
	    parts: ObjectPart[];
	    caused: CausedFinding[];
	    by?: rules.Actor;
	    previous?: rules.Ref;
	    next?: rules.Ref;
	}
	
	
	
	export interface ObjectsPage {
	    resource: string;
	    about: string;
	    columns: app.RelationColumn[];
	    all_columns: app.RelationColumn[];
	    rows: any[][];
	    since: string[];
	    total: number;
	    of: number;
	    facets: app.Facet[];
	    sql: string;
	}
	export interface ObjectsQuery {
	    resource: string;
	    filter: string;
	    sort: app.Sorting[];
	    columns: string[];
	    offset: number;
	    limit: number;
	    facets: string[];
	}
	export interface RuleLine {
	    rule: string;
	    title: string;
	    severity: string;
	    product: string;
	    count: number;
	    filter: string;
	    changes: ChangeCount[];
	}
	export interface SinceBaseline {
	    changes: ChangeCount[];
	    notes: CompareNote[];
	    drift: number;
	    top: FindingRow[];
	}
	export interface SeverityCount {
	    severity: string;
	    now: number;
	    before: number;
	    filter: string;
	    changes: ChangeCount[];
	}
	export interface RuleTally {
	    all: number;
	    fail: number;
	    pass: number;
	    not_evaluated: number;
	    not_applicable: number;
	    error: number;
	}
	export interface Overview {
	    snapshot: app.Snapshot;
	    baseline?: app.Snapshot;
	    score_change?: rules.ScoreChange;
	    score?: rules.Score;
	    pack: string;
	    rules: RuleTally;
	    total: number;
	    severities: SeverityCount[];
	    accepted: AcceptedTally;
	    since?: SinceBaseline;
	    first: RuleLine[];
	    coverage: AreaCoverage[];
	    gaps: number;
	}
	export interface Preview {
	    html: string;
	    text: string;
	    bytes: number;
	    cut: boolean;
	    sending?: app.Sending;
	    name: string;
	}
	export interface Recent {
	    path: string;
	    name: string;
	    opened: string;
	    sites: string[];
	    snapshots: number;
	    there: boolean;
	}
	export interface Redacting {
	    path: string;
	    key_file: string;
	    level: string;
	    map: string;
	    to: string[];
	}
	export interface ReportFormat {
	    name: string;
	    about: string;
	}
	export interface ReportRequest {
	    alone: boolean;
	    severities: string[];
	    people: string;
	    decisions: boolean;
	    not_looked_at: boolean;
	    sql: boolean;
	    brand: string;
	}
	
	
	export interface RuleRow {
	    id: string;
	    title: string;
	    severity: string;
	    products: string[];
	    kind: string;
	    needs: string[];
	    // Go type: rules
	    cases: any;
	    category: string;
	    product: string;
	    dir: string;
	    file: string;
	    changed: string;
	    verdict: string;
	    partial: boolean;
	    findings: number;
	    reason: string;
	}
	export interface RulePack {
	    name: string;
	    dir: string;
	    there: boolean;
	    rules: number;
	    own: boolean;
	}
	export interface RuleList {
	    packs: RulePack[];
	    rules: RuleRow[];
	    verdicts: Record<string, number>;
	    snapshot?: app.Snapshot;
	    problem?: app.Problem;
	    broken: app.RuleProblem[];
	}
	
	
	
	export interface SQLAnswer {
	    columns: string[];
	    rows: any[][];
	    total: number;
	    took_ms: number;
	}
	export interface SQLQuery {
	    sql: string;
	    scope: string;
	    limit: number;
	}
	export interface SchemaRelation {
	    name: string;
	    about: string;
	    shared: boolean;
	    resources: string[];
	    lists: string;
	    columns: app.RelationColumn[];
	    reference: string[];
	    product: string;
	    objects?: number;
	    outcome: string;
	}
	export interface Schema {
	    relations: SchemaRelation[];
	    parameters: app.Param[];
	}
	
	export interface ScopeAnswer {
	    site_kind: string;
	    scopes: app.ScopeRow[];
	    closed: string[];
	    limit: number;
	    rules: number;
	    reach: number;
	}
	export interface SealCheck {
	    state: string;
	    snapshots: app.VerifiedSnapshot[];
	    differences: app.SealDifference[];
	    unused: app.UnusedName[];
	    at: string;
	    took_ms: number;
	}
	export interface Sealing {
	    snapshot: number;
	    key: string;
	    passphrase: string;
	}
	
	export interface Settings {
	    theme: string;
	    density: string;
	    rule_folders: string[];
	    proxy: string;
	    ca: string;
	    gpu: string;
	}
	
	export interface SignInKind {
	    kind: string;
	    site: string;
	    asks: string[];
	    title: string;
	    about: string;
	}
	export interface SignInList {
	    sign_ins: app.SignIn[];
	    kinds: SignInKind[];
	    redirect: string;
	}
	
	export interface State {
	    version: string;
	    file?: FileState;
	    sites: app.Site[];
	    recents: Recent[];
	    settings: Settings;
	    collecting: boolean;
	    problem?: app.Problem;
	    problem_file: string;
	}
	
	export interface TimelinePoint {
	    snapshot: app.Snapshot;
	    pinned: boolean;
	    score?: rules.Score;
	    counts: app.Counts;
	    total: number;
	}
	export interface Timeline {
	    points: TimelinePoint[];
	}
	
	export interface TypedPath {
	    path: string;
	    there: boolean;
	    folder: boolean;
	}

}

