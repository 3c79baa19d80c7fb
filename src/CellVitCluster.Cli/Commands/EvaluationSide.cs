using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Evaluation.Reading;
using CellVitCluster.Slides.Lists;
using CellVitCluster.Store.Cells;
using CellVitCluster.Store.Export;
using CellVitCluster.Store.Manifests;

namespace CellVitCluster.Cli.Commands;

/// <summary>What a user names with <c>--pred</c> or <c>--truth</c>: a cell store, a file, or a folder of either.</summary>
/// <param name="path">As typed.</param>
internal sealed class EvaluationSide(string path)
{
    private readonly string[] _stores = FindStores(Path.GetFullPath(path));

    /// <summary>Whether classes are named by the numbers of label maps.</summary>
    public bool NumbersClasses => _stores.Length == 0 && Sources.All(source => EvaluationFiles.IsLabelMap(source.Path));

    private IReadOnlyList<EvaluationSource> Sources => field ??= EvaluationFiles.Find(path);

    /// <summary>The images of this side; stores go by the name of their slide without ending.</summary>
    /// <param name="numberClasses">Classes of stores are named by their ids, for comparison with label maps.</param>
    /// <param name="layer">Class layer of stores; null: the default one.</param>
    /// <exception cref="CellVitException">Nothing usable is there, or two stores are of one slide.</exception>
    public IReadOnlyList<EvaluationSource> Open(bool numberClasses, string? layer)
    {
        if (_stores.Length == 0)
        {
            return Sources;
        }

        EvaluationSource[] sources =
        [
            .. _stores.Select(store => new EvaluationSource(SlideFiles.StemOf(ManifestReader.Read(store).Slide.Name), store, () => Read(store, numberClasses, layer)))
                .OrderBy(source => source.Name, StringComparer.Ordinal),
        ];
        for (int i = 1; i < sources.Length; i++)
        {
            if (sources[i].Name == sources[i - 1].Name)
            {
                throw new ConfigurationException(
                    $"The stores in '{path}' cannot be evaluated.",
                    $"'{sources[i - 1].Path}' and '{sources[i].Path}' are of slides of one name, '{sources[i].Name}'.",
                    "Evaluate them one by one.");
            }
        }

        return sources;
    }

    private static string[] FindStores(string full)
    {
        static bool IsStore(string folder) => File.Exists(Path.Combine(folder, ManifestReader.FileName));
        if (IsStore(full) || (Path.GetFileName(full) == ManifestReader.FileName && File.Exists(full)))
        {
            return [ManifestReader.Locate(full)];
        }

        // Names with a dot are leftovers of interrupted publications.
        return Directory.Exists(full)
            ? [.. Directory.EnumerateDirectories(full).Where(d => !Path.GetFileName(d).StartsWith('.') && IsStore(d)).Order(StringComparer.Ordinal)]
            : [];
    }

    private static EvaluationImage Read(string folder, bool numberClasses, string? layer)
    {
        using CellStore store = CellStore.Open(folder);
        var selection = new CellSelection { Layer = store.LayerFor(layer) };
        Taxonomy taxonomy = selection.TaxonomyOf(store);

        // Number 1 of a network that knows nuclei only is no statement about the number 1 of a class map.
        bool hasClasses = (selection.Layer is not null || store.Manifest.ClassBranch is null)
            && (!numberClasses || taxonomy.Classes.Count(c => c.Id != 0) > 1);
        ManifestRect area = store.Manifest.Slide.ActiveArea;
        return new EvaluationImage
        {
            Name = SlideFiles.StemOf(store.Manifest.Slide.Name),
            Path = folder,
            HasClasses = hasClasses,
            Cells = [.. selection.From(store).Select(cell => CellOf(
                cell, area, !hasClasses ? null : numberClasses ? FormattableString.Invariant($"{cell.Class}") : taxonomy[cell.Class].Name))],
        };
    }

    /// <summary>In the frame of exports: relative to the area of the slide with content, as QuPath shows it.</summary>
    private static EvaluationCell CellOf(StoredCell cell, ManifestRect area, string? className)
    {
        double[] ring = cell.Outline.ToArray();
        for (int i = 0; i < ring.Length; i++)
        {
            ring[i] -= i % 2 == 0 ? area.X : area.Y;
        }

        return EvaluationCell.FromRings([ring], className) with { Centroid = new(cell.Centroid.X - area.X, cell.Centroid.Y - area.Y) };
    }
}
