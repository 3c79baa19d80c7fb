using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Inference.Classification;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model.Checkpoints;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ParityTests.Inference;

public sealed class TokenClassifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Goldens => ["consep", "nucls_super", "ocelot"];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Recorded_logits_probabilities_and_classes_are_reproduced(string name)
    {
        GoldenResult result = ClassifierCase.Find(SharedData.Path("goldens", "classifier", name), name).ShouldHaveSingleItem().Run(CancellationToken.None);

        result.Outcome.ShouldBe(GoldenOutcome.Passed, result.Detail);
    }

    /// <summary>The vector of spec/model.md §8: e_j = sin(0.01·(j+1)).</summary>
    [Theory]
    [InlineData("consep", new[] { -0.05052f, -0.45011f, 0.66037f, 0.15491f }, 2, 0.412569f)]
    [InlineData("nucls_super", new[] { 0.07226f, -0.30657f, -0.90766f, -0.47962f }, 0, 0.379382f)]
    [InlineData("ocelot", new[] { -0.28997f, 0.55768f }, 1, 0.700073f)]
    public void Vector_of_the_specification_is_reproduced(string name, float[] logits, int winner, float probability)
    {
        TokenClassifier classifier = ClassifierFile.Read(PathOf(name));
        float[] token = [.. Enumerable.Range(0, 1280).Select(j => (float)Math.Sin(0.01 * (j + 1)))];
        float[] values = new float[logits.Length];

        classifier.Evaluate(token, values);

        values.Zip(logits).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 2e-5f);
        TokenClassifier.SoftMax(values);
        TokenClassifier.IndexOfLargest(values).ShouldBe(winner);
        values[winner].ShouldBe(probability, 2e-6f);
    }

    [Theory]
    [InlineData("consep", 128, "Other", "Inflammatory", "Epithelial", "Spindle-Shaped")]
    [InlineData("ocelot", 256, "Other Cell", "Tumor Cell")]
    [InlineData("nucls_super", 128, "Tumor", "nonTIL Stromal", "sTIL", "Other")]
    public void Names_come_from_the_checkpoint_or_else_from_the_taxonomy_of_its_name(string name, int hidden, params string[] labels)
    {
        TokenClassifier classifier = ClassifierFile.Read(PathOf(name));

        (classifier.TokenWidth, classifier.HiddenWidth, classifier.ClassCount).ShouldBe((1280, hidden, labels.Length));
        classifier.Taxonomy.Name.ShouldBe(name);
        classifier.Taxonomy.Classes.Select(c => c.Name).ShouldBe(labels);
        classifier.Taxonomy[0].Red.ShouldBe((byte)92, "class 0 is a real class and has the first color");
        TaxonomyCatalog.Installed.Get(name).Classes.ShouldBe(classifier.Taxonomy.Classes);
    }

    /// <summary>What is stored must not depend on how the store happened to cut its batches.</summary>
    [Fact]
    public void The_bits_of_a_nucleus_do_not_depend_on_its_batch()
    {
        TokenClassifier classifier = ClassifierFile.Read(Write(ClassifierCheckpoint.Random(width: 200, hidden: 50, classes: 5)));
        var random = new Random(4);
        Half[] tokens = [.. Enumerable.Range(0, 133 * 200).Select(_ => (Half)(random.NextDouble() - 0.5))];
        (byte[] all, float[] allProbabilities) = Classify(classifier, tokens);
        for (int start = 0; start < 133; start += 7)
        {
            (byte[] part, float[] probabilities) = Classify(classifier, tokens[(start * 200)..(Math.Min(start + 7, 133) * 200)]);
            part.ShouldBe(all[start..Math.Min(start + 7, 133)]);
            probabilities.ShouldBe(allProbabilities[(start * 5)..(Math.Min(start + 7, 133) * 5)]);
        }
    }

    [Fact]
    public void Probabilities_add_up_and_the_class_is_the_largest()
    {
        TokenClassifier classifier = ClassifierFile.Read(PathOf("consep"));
        Half[] tokens = [.. GoldenArray.Load(SharedData.Path("goldens", "classifier", "consep", "tokens.npy")).As<float>().ToArray().Select(v => (Half)v)];

        (byte[] classes, float[] probabilities) = Classify(classifier, tokens);

        classes.Length.ShouldBe(32);
        for (int i = 0; i < classes.Length; i++)
        {
            float[] row = probabilities[(i * 4)..((i + 1) * 4)];
            row.Sum().ShouldBe(1, 1e-6);
            row[classes[i]].ShouldBe(row.Max());
        }
    }

    /// <summary>All bit patterns, denormal numbers and infinities among them.</summary>
    [Fact]
    public void Every_half_is_widened_to_what_the_cast_gives()
    {
        Half[] all = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(bits => BitConverter.UInt16BitsToHalf((ushort)bits))];
        var widened = new float[all.Length];

        HalfPrecision.Widen(all, widened);

        widened.Zip(all, (single, half) => float.IsNaN(single) ? Half.IsNaN(half) : BitConverter.SingleToInt32Bits(single) == BitConverter.SingleToInt32Bits((float)half))
            .ShouldAllBe(equal => equal);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_by_its_name()
    {
        ModelException error = Refused(new Checkpoint("CellViT256", ClassifierCheckpoint.Random(8, 4, 2).Tensors, CheckpointConfiguration.Empty));

        error.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        error.Message.ShouldContain("'CellViT256', expected 'LinearClassifier'");
    }

    [Fact]
    public void Missing_and_unknown_keys_are_all_named()
    {
        Checkpoint sound = ClassifierCheckpoint.Random(8, 4, 2);
        CheckpointTensor odd = sound.Find("fc2.bias")!;
        ModelException error = Refused(With(sound, [.. sound.Tensors.Where(t => t.Name != "fc2.bias"), ClassifierCheckpoint.Tensor("fc3.bias", odd.ToFloats(), 2)]));

        error.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        error.Message.ShouldContain("Missing keys: fc2.bias; unknown keys: fc3.bias.");
    }

    [Theory]
    [InlineData("fc1.bias", 3, "fc1.bias has the shape [3], expected [4].")]
    [InlineData("fc2.bias", 3, "fc2.bias has the shape [3], expected [2].")]
    [InlineData("fc2.weight", 2 * 5, "fc2.weight has the shape [2, 5], expected [2, 4].")]
    [InlineData("fc1.weight", 4, "The shapes are fc1.weight [4] and fc2.weight [2, 4], expected [h, E] and [K, h]")]
    public void A_wrong_shape_is_named(string key, int count, string why)
    {
        Checkpoint sound = ClassifierCheckpoint.Random(8, 4, 2);
        long[] shape = key == "fc2.weight" ? [2, 5] : [count];
        ModelException error = Refused(With(sound, [.. sound.Tensors.Select(t => t.Name == key ? ClassifierCheckpoint.Tensor(key, new float[count], shape) : t)]));

        error.Code.ShouldBe(ErrorCode.CheckpointMismatch);
        error.Message.ShouldContain(why);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_refused()
    {
        Checkpoint sound = ClassifierCheckpoint.Random(8, 4, 2);
        Refused(With(sound, [.. sound.Tensors.Select(t => t.Name == "fc1.bias" ? ClassifierCheckpoint.Tensor("fc1.bias", [0, float.NaN, 0, 0], 4) : t)]))
            .Message.ShouldContain("fc1.bias has a value that is not finite");
    }

    [Fact]
    public void A_label_map_must_name_every_class_once()
    {
        Refused(ClassifierCheckpoint.Random(8, 4, 3, labels: ["a", "b", "a"])).Message.ShouldContain("Its label map names 2 classes 'a'.");
        Refused(ClassifierCheckpoint.Random(8, 4, 3, labels: ["a", "b"])).Message.ShouldContain("It has 3 classes, its label map names 0, 1.");
    }

    [Fact]
    public void Classes_without_names_are_refused_and_a_taxonomy_beside_the_file_names_them()
    {
        string path = Write(ClassifierCheckpoint.Random(8, 4, 3, labels: []));

        ModelException error = Should.Throw<ModelException>(() => ClassifierFile.Read(path));

        error.Code.ShouldBe(ErrorCode.ClassNamesMissing);
        error.Remedy.ShouldContain(Path.ChangeExtension(path, ".json"));
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """
            { "name": "mine", "classes": [
              { "id": 0, "name": "a", "color": [1, 2, 3] }, { "id": 1, "name": "b", "color": [4, 5, 6] }, { "id": 2, "name": "c", "color": [7, 8, 9] } ] }
            """);
        ClassifierFile.Read(path).Taxonomy.Classes.Select(c => (c.Name, c.Blue)).ShouldBe([("a", (byte)3), ("b", (byte)6), ("c", (byte)9)]);
    }

    [Fact]
    public void A_taxonomy_of_another_size_does_not_name_classes()
    {
        string path = _folder.File("lizard.safetensors");
        SafetensorsFile.Save(path, ClassifierCheckpoint.Random(8, 4, 3, labels: []));

        Should.Throw<ModelException>(() => ClassifierFile.Read(path)).Message.ShouldContain("It has 3 classes, the taxonomy of its name names 0, 1, 2, 3, 4, 5.");
    }

    [Theory]
    [InlineData("""{ "name": "x", "classes": [] }""", "no name or no classes")]
    [InlineData("""{ "name": "x", "classes": [ { "id": 0, "name": "a", "color": [1, 2, 300] } ] }""", "Class 'a' has no color")]
    [InlineData("""{ "name": "x", "classes": [ { "id": 1, "name": "a", "color": [1, 2, 3] }, { "id": 1, "name": "b", "color": [1, 2, 3] } ] }""", "do not ascend")]
    [InlineData("""{ "name": "x", "classes": [ { "id": 0, "name": "a", "color": [1, 2, 3] }, { "id": 1, "name": "a", "color": [1, 2, 3] } ] }""", "It names 2 classes 'a'.")]
    [InlineData("""{ "name": "x", "classes": [ { "id": 1, "label": "a", "color": [1, 2, 3] } ] }""", "label")]
    [InlineData("""{ "name": "x" """, "Cannot use taxonomy")]
    public void A_faulty_taxonomy_is_refused_with_the_fault(string json, string why)
    {
        string path = _folder.File("x.json");
        File.WriteAllText(path, json);

        ModelException error = Should.Throw<ModelException>(() => TaxonomyCatalog.Read(path));

        error.Code.ShouldBe(ErrorCode.TaxonomyInvalid);
        error.Message.ShouldContain(why);
    }

    [Fact]
    public void Every_installed_taxonomy_is_sound_and_has_the_name_of_its_file()
    {
        TaxonomyCatalog.Installed.Names.ShouldBe(["binary", "consep", "lizard", "midog", "nucls_main", "nucls_super", "ocelot", "panoptils", "pannuke"], ignoreOrder: true);
        foreach (string name in TaxonomyCatalog.Installed.Names)
        {
            TaxonomyCatalog.Installed.Get(name).Name.ShouldBe(name);
        }
    }

    [Fact]
    public void A_classifier_of_other_embeddings_is_refused_with_both_widths()
    {
        ModelException error = Should.Throw<ModelException>(() => new ClassifierCatalog([]).Resolve([PathOf("consep")], tokenWidth: 384));

        error.Code.ShouldBe(ErrorCode.ClassifierMismatch);
        error.Why.ShouldBe("It reads embeddings of width 1280, the model makes such of width 384.");
    }

    [Fact]
    public void Classifiers_are_found_by_name_and_one_name_only_once()
    {
        string folder = Path.GetDirectoryName(PathOf("consep"))!;
        var catalog = new ClassifierCatalog([_folder.Path, folder]);

        catalog.Resolve(["ocelot", "consep"], 1280).Select(c => c.Path).ShouldBe([PathOf("ocelot"), PathOf("consep")]);
        Should.Throw<ConfigurationException>(() => catalog.Resolve(["consep", PathOf("consep")], 1280)).Message.ShouldContain("Two class layers cannot have the name 'consep'");
        Should.Throw<ModelException>(() => catalog.Resolve(["absent"], 1280)).Code.ShouldBe(ErrorCode.ModelMissing);
    }

    [Fact]
    public void A_file_that_changed_since_the_submission_is_refused()
    {
        string path = Write(ClassifierCheckpoint.Random(8, 4, 2));
        TokenClassifier submitted = ClassifierFile.Read(path);
        var reference = new ClassifierReference(path, submitted.Sha256, submitted.Taxonomy);
        new TokenClassifierLoader().Load(reference).Sha256.ShouldBe(submitted.Sha256);

        SafetensorsFile.Save(path, ClassifierCheckpoint.Random(8, 4, 2, seed: 2));

        Should.Throw<ModelException>(() => new TokenClassifierLoader().Load(reference)).Code.ShouldBe(ErrorCode.ClassifierMismatch);
    }

    public void Dispose() => _folder.Dispose();

    private static Checkpoint With(Checkpoint sound, IReadOnlyList<CheckpointTensor> tensors) => new(sound.Architecture, tensors, sound.Configuration);

    private static string PathOf(string name) => Path.GetFullPath(SharedData.Path("goldens", "classifier", "checkpoints", name + ".pth"));

    private static (byte[] Classes, float[] Probabilities) Classify(TokenClassifier classifier, Half[] tokens)
    {
        int rows = tokens.Length / classifier.TokenWidth;
        var classes = new byte[rows];
        var probabilities = new float[rows * classifier.ClassCount];
        classifier.Classify(tokens, classes, probabilities);
        return (classes, probabilities);
    }

    private string Write(Checkpoint checkpoint)
    {
        string path = _folder.File("mine.safetensors");
        SafetensorsFile.Save(path, checkpoint);
        return path;
    }

    private ModelException Refused(Checkpoint checkpoint) => Should.Throw<ModelException>(() => ClassifierFile.Read(Write(checkpoint)));
}
