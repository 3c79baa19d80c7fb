namespace CellVitCluster.TestSupport;

/// <summary>
/// The reference data (goldens, slides) that lie beside the checkout. A test that needs them fails, with the reason, when they are missing:
/// a parity test that silently does nothing is worse than none.
/// </summary>
public static class SharedData
{
    /// <summary>Root: the environment variable CELLVIT_SHARED, or the folder "shared" beside the checkout.</summary>
    public static string Root { get; } = Find();

    /// <summary>Root of the golden cases.</summary>
    public static string Goldens => Path("goldens");

    /// <summary>Absolute path of a file or folder of the reference data.</summary>
    /// <exception cref="InvalidOperationException">It does not exist.</exception>
    public static string Path(params string[] parts)
    {
        string path = System.IO.Path.Combine([Root, .. parts]);
        return File.Exists(path) || Directory.Exists(path)
            ? path
            : throw new InvalidOperationException($"Reference data '{path}' is missing. Set CELLVIT_SHARED to the folder that holds goldens/, data/ and models/.");
    }

    private static string Find()
    {
        string? stated = Environment.GetEnvironmentVariable("CELLVIT_SHARED");
        if (!string.IsNullOrEmpty(stated))
        {
            return stated;
        }

        return System.IO.Path.Combine(Checkout.Root, "..", "shared");
    }
}
