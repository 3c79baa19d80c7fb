namespace CellVitCluster.TestSupport;

/// <summary>The checkout the tests were built from.</summary>
public static class Checkout
{
    /// <summary>Folder that holds CellVitCluster.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>The built command line program; it must have been built before.</summary>
    public static string Executable => Path.Combine(Root, "artifacts", "bin", "CellVitCluster.Cli", "release_linux-x64", "cellvit.dll");

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CellVitCluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No CellVitCluster.sln above '{AppContext.BaseDirectory}'.");
    }
}
