using CellVitCluster.Domain.Errors;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Models;

/// <summary>Fetches a model of the registry and installs it: terms, download, digest, then card or classifiers.</summary>
/// <param name="download">Fetches files.</param>
/// <param name="folder">Models folder; made when it does not exist.</param>
/// <param name="catalog">The models whose names are taken.</param>
internal sealed class ModelPull(ResumableDownload download, string folder, ModelCatalog catalog)
{
    /// <summary>Word for the kind of an entry.</summary>
    public static string KindOf(RegistryEntry entry) => entry.Kind == RegistryKind.Classifiers ? "classifiers" : "segmentation";

    /// <summary>Fetches and installs. What was fetched before an interruption is used.</summary>
    /// <returns>A line that says what was installed.</returns>
    /// <exception cref="CellVitException">The model cannot be fetched or used.</exception>
    public async Task<string> RunAsync(RegistryEntry entry, PullOptions options, CancellationToken cancellation)
    {
        string digest = DigestOf(entry, options);
        RequireTerms(entry, options);
        ModelNames.RequireFree(entry.Name, catalog);
        string unpacked = Path.Combine(folder, entry.Name);
        if (entry.Kind == RegistryKind.Classifiers && Directory.Exists(unpacked))
        {
            throw new ConfigurationException($"Cannot pull '{entry.Name}'.", $"The folder '{unpacked}' exists.", "Delete it to fetch the classifiers anew.");
        }

        string whole = Path.Combine(folder, entry.Name + Path.GetExtension(entry.File).ToLowerInvariant());
        if (!File.Exists(whole) || FileDigest.Sha256(whole) != digest)
        {
            string part = Path.Combine(folder, entry.File + ".part");
            await download.FetchAsync(Address(entry, options), part, cancellation);
            RequireDigest(entry, part, digest);
            File.Move(part, whole, overwrite: true);
        }

        if (entry.Kind == RegistryKind.Classifiers)
        {
            int count = ClassifierArchive.Unpack(whole, unpacked);
            File.Delete(whole);
            return FormattableString.Invariant($"{entry.Name}: {count} classifiers in {unpacked}");
        }

        ModelCard card = new ModelImport(folder, catalog).Register(
            whole, entry.Name, derived => derived with { License = entry.License, Attribution = entry.Attribution, Limits = entry.Terms });
        return $"{card.Name}: {card.WeightsPath}";
    }

    private static string DigestOf(RegistryEntry entry, PullOptions options)
    {
        if (options.Sha256 is { } stated && !FileDigest.IsSha256(stated))
        {
            throw new ConfigurationException($"Cannot pull '{entry.Name}'.", $"'{stated}' is no SHA-256.", "Pass 64 hexadecimal digits with --sha256.");
        }

        if (entry.Sha256 is not null && options.Sha256 is not null && entry.Sha256 != options.Sha256)
        {
            throw new ConfigurationException($"Cannot pull '{entry.Name}'.", $"The registry states SHA-256 {entry.Sha256}, --sha256 another one.", "Leave --sha256 out, or correct the registry.");
        }

        return entry.Sha256 ?? options.Sha256 ?? throw new ModelException(
            ErrorCode.ModelDigestUnknown,
            $"Cannot pull '{entry.Name}'.",
            "The registry does not know the digest of its file, and a file that cannot be checked is not installed.",
            $"Get the SHA-256 of '{entry.File}' from its publisher ({entry.Url}) and pass it with --sha256.");
    }

    private static void RequireTerms(RegistryEntry entry, PullOptions options)
    {
        if (entry.AcceptanceRequired && !options.TermsAccepted)
        {
            throw new ModelException(
                ErrorCode.ModelTermsNotAccepted,
                $"Cannot pull '{entry.Name}'.",
                $"Its terms were not accepted. {entry.License}: {entry.Terms}",
                "Pass --accept-license if you accept them.");
        }
    }

    private static Uri Address(RegistryEntry entry, PullOptions options)
    {
        if (options.Mirror is null)
        {
            return entry.Url;
        }

        return Uri.TryCreate($"{options.Mirror.TrimEnd('/')}/{Uri.EscapeDataString(entry.File)}", UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address
            : throw new ConfigurationException($"Cannot pull '{entry.Name}'.", $"The mirror '{options.Mirror}' is no web address.", "Name one that begins with http:// or https://.");
    }

    private static void RequireDigest(RegistryEntry entry, string part, string digest)
    {
        string found = FileDigest.Sha256(part);
        if (found != digest)
        {
            File.Delete(part);
            throw new ModelException(
                ErrorCode.ModelDigestMismatch,
                $"Cannot install '{entry.Name}'.",
                $"The downloaded file has SHA-256 {found}, expected was {digest}; it was deleted.",
                "Pull it again; if the digest stays the same, the server has another file than the publisher.");
        }
    }
}
