package collector

// dcPlatformResources is what both products of a Data Center installation have.
func dcPlatformResources() []Resource { return nil }
