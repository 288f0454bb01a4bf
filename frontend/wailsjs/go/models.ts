export namespace app {
	
	export interface Problem {
	    code: string;
	    title: string;
	    hint: string;
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

}

export namespace window {
	
	export interface FileState {
	    path: string;
	    name: string;
	    size: number;
	    format: number;
	    read_only: boolean;
	    reason: string;
	    seal: string;
	}
	export interface Recent {
	    path: string;
	    name: string;
	    opened: string;
	    sites: string[];
	    snapshots: number;
	    there: boolean;
	}
	export interface Settings {
	    theme: string;
	    density: string;
	    rule_folders: string[];
	    proxy: string;
	    ca: string;
	    gpu: string;
	}
	export interface State {
	    version: string;
	    file?: FileState;
	    sites: app.Site[];
	    recents: Recent[];
	    settings: Settings;
	    collecting: boolean;
	    problem?: app.Problem;
	}

}

