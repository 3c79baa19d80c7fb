namespace CellVitCluster.Api.Paths;

/// <summary>Follows the symbolic links of a path, in every part of it, as the system does when it opens the file.</summary>
internal static class RealPath
{
    /// <summary>Links that are followed before a path counts as a circle; Linux stops at as many.</summary>
    private const int MaxLinks = 40;

    /// <summary>The path without links; parts that do not exist stay as they are.</summary>
    /// <param name="path">Absolute.</param>
    /// <returns>The path, or null when its links run in a circle.</returns>
    public static string? Of(string path)
    {
        var ahead = new Stack<string>(Parts(path).Reverse());
        string real = "/";
        int links = 0;
        while (ahead.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            real = Path.IsPathRooted(target) ? "/" : real;
            foreach (string linked in Parts(target).Reverse())
            {
                ahead.Push(linked);
            }
        }

        return real;
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
}
