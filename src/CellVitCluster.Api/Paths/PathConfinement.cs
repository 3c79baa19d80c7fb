using CellVitCluster.Api.Hosting;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Api.Paths;

/// <summary>
/// Keeps what clients name inside the folders that the operator opened to them. Links are followed, also those of the roots themselves, each
/// time a path is asked for; a refusal is the same whether the path exists or not. It guards against clients, not against people who may
/// write to the roots: they could exchange a file for a link after the check. Thread-safe.
/// </summary>
/// <param name="options">The roots.</param>
internal sealed class PathConfinement(ApiOptions options)
{
    /// <summary>Absolute path of a slide, folder, list or region.</summary>
    /// <exception cref="CellVitException">It is not absolute (<see cref="ErrorCode.ConfigurationInvalid"/>) or lies outside.</exception>
    public string Slide(string path)
    {
        string full = Absolute(path);
        return options.SlideRoots.Any(root => IsInside(root, full)) ? full : throw Outside(path, "a slide root (--slide-root)");
    }

    /// <summary>Whether a path that the server found by itself lies inside a slide root.</summary>
    public bool IsSlide(string path) => options.SlideRoots.Any(root => IsInside(root, path));

    /// <summary>Absolute path of an output folder.</summary>
    /// <param name="path">Relative to the output root, or absolute; null for the root itself.</param>
    /// <exception cref="CellVitException">It lies outside.</exception>
    public string Output(string? path)
    {
        string full = Path.GetFullPath(path ?? string.Empty, options.OutputRoot);
        return IsInside(options.OutputRoot, full) ? full : throw Outside(path ?? string.Empty, "the output root (--output-root)");
    }

    /// <summary>A model or classifier: a plain name stays as it is, a path must lie in a models folder.</summary>
    /// <exception cref="CellVitException">It is not absolute (<see cref="ErrorCode.ConfigurationInvalid"/>) or lies outside.</exception>
    public string Model(string nameOrPath)
    {
        if (Path.GetFileName(nameOrPath) == nameOrPath && nameOrPath is not ("." or ".."))
        {
            return nameOrPath;
        }

        string full = Absolute(nameOrPath);
        return options.ModelRoots.Any(root => IsInside(root, full)) ? full : throw Outside(nameOrPath, "a models folder");
    }

    private static bool IsInside(string root, string path)
    {
        if (RealPath.Of(Path.GetFullPath(root)) is not { } realRoot || RealPath.Of(path) is not { } realPath)
        {
            return false;
        }

        return realPath == realRoot || realPath.StartsWith(realRoot.EndsWith('/') ? realRoot : realRoot + '/', StringComparison.Ordinal);
    }

    private static string Absolute(string path) => Path.IsPathRooted(path)
        ? Path.GetFullPath(path)
        : throw new ConfigurationException(
            $"The path '{path}' cannot be used.", "It is relative, and the service has no current folder of its own.", "Name the absolute path, as the machines of the cluster see it.");

    private static CellVitException Outside(string path, string root) => new(
        ErrorCode.PathOutsideRoots,
        $"The path '{path}' is refused.",
        $"It does not lie inside {root}, links followed.",
        "Name a path inside the folders that the service was opened for, or have its operator open this one.");
}
